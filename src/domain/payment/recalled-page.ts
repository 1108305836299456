import { periodKeyOf } from '../model/period-key.ts';
import type { Context } from '../model/context.ts';
import type { Purchase } from '../model/command.ts';
import type { AgreedTerms } from '../model/consent.ts';
import type { Draft } from '../decision/draft.ts';
import { mayBeLost } from '../model/epoch.ts';
import type { Money } from '../model/money.ts';
import type { Recalled } from '../model/recalled.ts';
import type { Subscriber } from '../model/subscriber.ts';
import { takesPeriods } from '../model/subscription-questions.ts';
import type { Tariff } from '../model/tariff.ts';
import { hasRoomToWatch } from './abandon-payment.ts';
import { nextAttemptNo } from './next-attempt-no.ts';
import type { Wanted } from './same-terms.ts';
import { recalledAs } from './take-recalled.ts';

const recalledPayment = (state: Subscriber, paymentId: string): Recalled | null =>
  recalledAs(state, { object: 'payment', paymentId, refundId: null });

/** The page of the purchase that the command had opened before a restore; null where the provider has none. */
function purchaseOf(state: Subscriber, { commandId }: Purchase, { ids }: Context): Recalled | null {
  return recalledPayment(state, ids.paymentId(ids.subscriptionId(commandId), 'initial', 1));
}

/** The price that the client showed, of a command that has expired since a restore: it tells what the command had begun. */
function shownPrice(
  { acceptedAt, notAfter, terms }: Purchase & { readonly terms?: AgreedTerms | null },
  { epoch, realNow }: Context,
): Money | null {
  const isUndone = mayBeLost(epoch, acceptedAt) && notAfter !== null && realNow > notAfter;
  return isUndone ? (terms?.shown.firstAmount ?? null) : null;
}

/**
 * What the command buys. After a restore the price may have risen since its page was opened: the subscriber has agreed to
 * the amount of that page, which the provider has.
 */
export function tariffAgreedTo(
  state: Subscriber,
  command: Purchase & { readonly terms?: AgreedTerms | null },
  tariff: Tariff,
  context: Context,
): Tariff {
  const price = purchaseOf(state, command, context)?.amount ?? shownPrice(command, context) ?? tariff.price;
  return { ...tariff, price };
}

/** Whether the provider has, since a restore, the page that would be opened for the command now. */
export function hasRecalledPage(
  state: Subscriber,
  { command, sells }: Pick<Wanted, 'command' | 'sells'>,
  context: Context,
): boolean {
  if (state.recalled.length === 0) return false;
  if (sells === 'subscription') return purchaseOf(state, command, context) !== null;
  const { subscription } = state;
  if (!takesPeriods(subscription)) return false;
  const { id, term } = subscription;
  const attemptNo = nextAttemptNo(state, subscription, context);
  const next = context.ids.paymentId(id, periodKeyOf(term.periodIndex + 1), attemptNo);
  return recalledPayment(state, next) !== null;
}

/**
 * Whether there is room for the page that would be opened for the command now. What a restored document watches may have ended
 * before the command was first decided: there was room then, so the page that the provider has of it is taken. Should that be
 * abandoned before it is read, one payment more than otherwise is watched.
 */
export function hasRoomForPage(draft: Draft, wanted: Pick<Wanted, 'command' | 'sells'>, context: Context): boolean {
  if (hasRoomToWatch(draft, context)) return true;
  const { watched, payment } = draft.state;
  const watchedThen = watched.length + (payment === null ? 0 : 1);
  return watchedThen <= context.policy.watchedMax && hasRecalledPage(draft.state, wanted, context);
}
