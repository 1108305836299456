import type { Context } from '../model/context.ts';
import type { Purchase } from '../model/command.ts';
import type { AgreedTerms } from '../model/consent.ts';
import type { Draft } from '../decision/draft.ts';
import { mayBeLost } from '../model/epoch.ts';
import type { Money } from '../model/money.ts';
import { isOut } from '../model/payment-states.ts';
import type { Recalled } from '../model/recalled.ts';
import type { Subscriber } from '../model/subscriber.ts';
import type { LiveSubscription } from '../model/subscription.ts';
import { takesPeriods } from '../model/subscription-questions.ts';
import type { Tariff } from '../model/tariff.ts';
import { hasRoomToWatch } from './abandon-payment.ts';
import { nextAttemptNo } from './next-attempt-no.ts';
import { type Attempt, attemptOfNext } from './recalled-attempt.ts';
import type { Wanted } from './same-terms.ts';
import { recalledAs } from './take-recalled.ts';

/** The page of the purchase that the command had opened before a restore; null where the provider has none. */
function purchaseOf(state: Subscriber, { commandId }: Purchase, { ids }: Context): Recalled | null {
  const paymentId = ids.paymentId(ids.subscriptionId(commandId), 'initial', 1);
  return recalledAs(state, { object: 'payment', paymentId, refundId: null });
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

/**
 * Whether the command waits for a request that is out, as it would without a restore. One that was accepted since has opened no
 * page before it: what the provider has of the period is another command's, and can be taken once it is known what is out.
 */
const waitsAsEver = ({ payment }: Subscriber, { acceptedAt }: Purchase, { epoch }: Context): boolean =>
  payment !== null && isOut(payment) && !mayBeLost(epoch, acceptedAt);

/** What was paid on a page was paid by what the page saves. */
const isPage = ({ id, methodId = null }: Recalled): boolean => methodId === null || methodId === id;

/**
 * The page of the next period that the command takes; null where there is none. Requests before it may never have arrived: a command
 * of before the restore takes it all the same.
 */
export function pageOfPeriod(
  state: Subscriber,
  subscription: LiveSubscription,
  { acceptedAt }: Purchase,
  context: Context,
): Attempt | null {
  const payments = state.recalled.filter(({ object }) => object === 'payment');
  const attemptsMade = nextAttemptNo(state, subscription, context) - 1;
  const found = attemptOfNext(payments, { ...subscription, attemptsMade }, context);
  if (found === null || found.attemptNo === attemptsMade + 1) return found;
  return mayBeLost(context.epoch, acceptedAt) && isPage(found.charge) ? found : null;
}

/** Whether the command is to take the page that the provider has, since a restore, of what would be opened for it now. */
export function takesRecalledPage(
  state: Subscriber,
  { command, sells }: Pick<Wanted, 'command' | 'sells'>,
  context: Context,
): boolean {
  if (state.recalled.length === 0 || waitsAsEver(state, command, context)) return false;
  if (sells === 'subscription') return purchaseOf(state, command, context) !== null;
  const { subscription } = state;
  return takesPeriods(subscription) && pageOfPeriod(state, subscription, command, context) !== null;
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
  return watchedThen <= context.policy.watchedMax && takesRecalledPage(draft.state, wanted, context);
}
