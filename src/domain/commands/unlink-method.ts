import type { CommandBase } from '../model/command.ts';
import type { Context } from '../model/context.ts';
import { givenAt } from './given-at.ts';
import { type Draft, record, reject, resolve } from '../decision/draft.ts';
import type { CapturedPayment, SavedMethod } from '../model/payment.ts';
import type { LiveSubscription } from '../model/subscription.ts';
import { keepsMethod } from '../model/subscription-questions.ts';
import { abandonOpenPayment } from '../payment/abandon-payment.ts';
import { forbidRecalled } from '../payment/forbid-recalled.ts';
import { chargedSince, nameForgotten, refundAll, revertRenewals } from '../payment/revert-renewals.ts';
import { saveNothing } from '../payment/save-nothing.ts';
import { endAfterCancel } from '../subscription/access.ts';
import { endRenewal, type RenewalEnd } from '../subscription/end-renewal.ts';
import { endSubscription } from '../subscription/end-subscription.ts';
import { renews } from '../subscription/renews.ts';
import { isSameMethod } from '../subscription/same-method.ts';
import { linkedMethods } from '../subscription/usable-method.ts';
import type { CommandDefinition } from './definition.ts';

export type UnlinkMethodCommand = CommandBase & {
  readonly type: 'payment_method.unlink';
  readonly methodId: string;
  /** Why, where staff order it at the subscriber's request. Absent from the subscriber. */
  readonly reason?: string;
};

const cause = 'method_unlinked';

/** No other card takes its place: the subscription goes on to its paid end. */
function stopRenewal(draft: Draft, subscription: LiveSubscription, context: Context): Draft {
  const stopped = { ...subscription, autoRenew: false, methodId: null, renewalStopped: cause } as const;
  if (!renews(subscription)) return record(draft, { type: 'subscription.tracked', subscription: stopped });
  const why: RenewalEnd = { cause, fact: (ending) => ({ type: 'subscription.renewal_stopped', cause, ...ending }) };
  // Where it ends in this save, a page that is still open pays for nothing: what comes in goes back.
  const isOver = context.now >= endAfterCancel(stopped);
  return endRenewal(isOver ? abandonOpenPayment(draft, 'canceled', context) : draft, stopped, why, context);
}

/** Takes back what the card was charged since the command was accepted, and stops the renewal that would charge it. */
function stopCharges(
  draft: Draft,
  unlinked: readonly SavedMethod[],
  command: UnlinkMethodCommand,
  context: Context,
): Draft {
  const { subscription } = draft.state;
  if (subscription === null) return draft;
  const isUnlinked = (methodId: string | null): boolean => unlinked.some(({ id }) => id === methodId);
  const byThem = ({ methodId }: CapturedPayment): boolean => methodId === undefined || isUnlinked(methodId);
  const charged = chargedSince(draft, subscription, command.acceptedAt).filter(byThem);
  const watching = forbidRecalled(draft, command, isUnlinked, context);
  const named = nameForgotten(watching, command, context);
  if (!keepsMethod(subscription)) return refundAll(named, charged, context);
  const { draft: reverted, isTermLost } =
    charged.length === 0
      ? { draft: named, isTermLost: false }
      : revertRenewals(named, subscription, command.acceptedAt, context);
  const current = reverted.state.subscription;
  if (!keepsMethod(current)) return reverted;
  if (isTermLost) {
    const end = { status: 'canceled', cause, at: context.now, reason: null } as const;
    return endSubscription(abandonOpenPayment(reverted, 'canceled', context), current, end);
  }
  return isUnlinked(current.methodId) ? stopRenewal(reverted, current, context) : reverted;
}

/** Every method that is the same card, under whatever id. */
function unlink(draft: Draft, method: SavedMethod, command: UnlinkMethodCommand, context: Context): Draft {
  // One that a restore has undone is read again after the pages that were opened since.
  const unlinkedAt = givenAt(draft.state, command, context);
  const unlinked = linkedMethods(draft.state)
    .filter((other) => isSameMethod(other, method))
    .map((other) => ({ ...other, usable: false, unlinkedAt }));
  const by = command.actor.kind === 'staff' ? 'staff' : 'subscriber';
  const recorded = record(
    draft,
    ...unlinked.map((one) => ({ type: 'payment_method.unlinked', method: one, by }) as const),
  );
  const { payment, subscription } = recorded.state;
  const isGone = (methodId: string | null): boolean => unlinked.some(({ id }) => id === methodId);
  // Without its default the subscription may end in this save: then no charge by another card is honoured either.
  const isUnwanted = payment?.kind === 'charge' && keepsMethod(subscription) && isGone(subscription.methodId);
  const isOut = payment !== null && (isGone(payment.methodId) || isUnwanted);
  const abandoned = isOut ? abandonOpenPayment(recorded, 'canceled', context) : recorded;
  return stopCharges(saveNothing(abandoned, unlinked, context), unlinked, command, context);
}

/**
 * `payment_method.unlink`: the card is never charged again (376-FZ). One save stops what is planned, aborts what was not
 * sent, and watches what is out, so that its money goes back. It asks for no subscription and never expires.
 */
export const unlinkMethod: CommandDefinition<UnlinkMethodCommand> = {
  lifeMs: null,
  lookUps: [],
  plainly: ({ methodId }) => ({ methodId }),
  decide: (draft, command, _facts, context) => {
    const method = draft.state.methods.find(({ id }) => id === command.methodId);
    if (method === undefined) return reject(draft, command, 'method_not_found');
    const done = method.unlinkedAt === undefined ? unlink(draft, method, command, context) : draft;
    const subscriptionId = done.state.subscription?.id ?? null;
    return resolve(done, command.commandId, { kind: 'completed', subscriptionId });
  },
};
