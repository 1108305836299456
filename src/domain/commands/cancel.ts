import type { CommandBase } from '../model/command.ts';
import type { CommandDefinition } from './definition.ts';
import type { Context } from '../model/context.ts';
import { type Draft, record, resolve } from '../decision/draft.ts';
import { endAfterCancel } from '../subscription/access.ts';
import { endSubscription } from '../subscription/end-subscription.ts';
import { abandonOpenPayment } from '../payment/abandon-payment.ts';
import { withNotice } from '../subscription/notices.ts';
import { periodIndexOf } from '../payment/open-payment.ts';
import type { CapturedPayment } from '../model/payment.ts';
import { termAt } from '../subscription/period.ts';
import { refundUnused } from '../payment/refund-unused.ts';
import { requestFullRefund } from '../payment/request-refund.ts';
import { activeIn, type LiveSubscription, type Subscription, type Term } from '../model/subscription.ts';
import { awaitsPurchase, mayCancel } from '../model/subscription-questions.ts';

export type CancelCommand = CommandBase & {
  readonly type: 'subscription.cancel';
  readonly mode: 'period_end' | 'immediate';
  /** Of the unused part. Absent where an earlier version accepted the command: none. It counts in the mode `immediate`. */
  readonly refund?: 'none' | 'prorated';
  readonly reason: string | null;
};

/** The term before the given period, counted from the anchor where that is early enough; null when it is not known. */
function termBefore(subscription: LiveSubscription, periodIndex: number, context: Context): Term | null {
  const { term, previousTerm, tariff } = subscription;
  if (periodIndex - 1 < term.anchorIndex) return previousTerm?.periodIndex === periodIndex - 1 ? previousTerm : null;
  return termAt({ at: term.anchor, index: term.anchorIndex }, periodIndex - 1, tariff.period, context.policy);
}

/** Captured charges that were reserved after the API had accepted the cancel, also where the subscription has ended. */
const capturedSince = (draft: Draft, subscription: Subscription, command: CancelCommand): readonly CapturedPayment[] =>
  draft.state.captures.filter(
    (capture) =>
      capture.kind === 'charge' &&
      capture.subscriptionId === subscription.id &&
      capture.reservedAt > command.acceptedAt &&
      capture.refundedMinor < capture.capturedMinor,
  );

const refundAll = (draft: Draft, captures: readonly CapturedPayment[], context: Context): Draft =>
  captures.reduce((refunded, capture) => requestFullRefund(refunded, capture, 'canceled', context), draft);

/**
 * Reverts renewals that were charged after the cancel was accepted and before it was handled. The money is refunded, and
 * the term that the subscriber saw when they cancelled is restored.
 */
function revertRenewals(draft: Draft, subscription: LiveSubscription, command: CancelCommand, context: Context): Draft {
  const captures = capturedSince(draft, subscription, command);
  const first = captures.toSorted((a, b) => periodIndexOf(a.periodKey) - periodIndexOf(b.periodKey))[0];
  if (first === undefined) return draft;
  const refunded = refundAll(draft, captures, context);
  const term = termBefore(subscription, periodIndexOf(first.periodKey), context);
  // A renewal after a gap has set a new anchor, and the old term is not known any more: the subscription ends now.
  if (term === null) return cancelNow(refunded, subscription, command, context);
  // `attemptsMade` keeps the attempt, so that a later charge of the period gets another key.
  const previous = activeIn(subscription, { term, previousTerm: null, attemptsMade: first.attemptNo });
  // A cancel that was handled earlier has published the end of the longer term. cancelAtEnd publishes the new end.
  const reverted = { ...previous, cancelAtPeriodEnd: false };
  return record(refunded, { type: 'subscription.tracked', subscription: reverted });
}

/** Ends access, and in the same save requests the refund of what is unused. Access stays ended should the refund fail. */
function cancelNow(draft: Draft, subscription: LiveSubscription, command: CancelCommand, context: Context): Draft {
  const abandoned = abandonOpenPayment(draft, 'canceled', context);
  const { mode, reason, refund } = command;
  const end = { status: 'canceled', cause: 'user_canceled', at: context.now, reason } as const;
  if (mode !== 'immediate' || refund !== 'prorated') return endSubscription(abandoned, subscription, end);
  const { draft: returned, refunded } = refundUnused(abandoned, subscription, context);
  return endSubscription(returned, subscription, { ...end, refunded });
}

/** Access lasts until its paid end. Where that has passed, the subscription ends now. */
function cancelAtEnd(draft: Draft, subscription: LiveSubscription, command: CancelCommand, context: Context): Draft {
  const abandoned = abandonOpenPayment(draft, 'canceled', context);
  if (subscription.cancelAtPeriodEnd) return abandoned;
  const effectiveAt = endAfterCancel(subscription);
  const closed = { ...subscription, cancelAtPeriodEnd: true, extendedUntil: null };
  // The answer says when it ends, so only notices that are still ahead follow.
  const answer = { kind: 'ending', moment: effectiveAt, amountMinor: null, dueAt: context.now } as const;
  const { subscription: flagged } = withNotice(closed, answer, context);
  const scheduled = record(abandoned, {
    type: 'subscription.cancel_scheduled',
    subscription: flagged,
    reason: command.reason,
    effectiveAt,
  });
  if (context.now < effectiveAt || flagged.held !== null) return scheduled;
  return endSubscription(scheduled, flagged, { status: 'expired', cause: 'user_canceled', at: effectiveAt });
}

function abandonPurchase(draft: Draft, subscription: Subscription, context: Context): Draft {
  const abandoned = abandonOpenPayment(draft, 'canceled', context);
  const end = { status: 'incomplete_expired', cause: 'user_canceled', at: context.now } as const;
  return endSubscription(abandoned, subscription, end);
}

function carryOut(draft: Draft, command: CancelCommand, context: Context): Draft {
  const { subscription } = draft.state;
  if (subscription === null) return draft;
  if (awaitsPurchase(subscription)) return abandonPurchase(draft, subscription, context);
  if (!mayCancel(subscription)) return refundAll(draft, capturedSince(draft, subscription, command), context);
  const reverted = revertRenewals(draft, subscription, command, context);
  const current = reverted.state.subscription;
  if (!mayCancel(current)) return reverted;
  return command.mode === 'immediate'
    ? cancelNow(reverted, current, command, context)
    : cancelAtEnd(reverted, current, command, context);
}

/** `subscription.cancel`. Where there is nothing to cancel it completes, as in the v1 API that existing clients use. */
export const cancel: CommandDefinition<CancelCommand> = {
  lifeMs: null,
  lookUps: [],
  plainly: () => ({ mode: 'period_end', reason: null, refund: 'none' }),
  decide: (draft, command, _facts, context) => {
    const done = carryOut(draft, command, context);
    const subscriptionId = done.state.subscription?.id ?? null;
    return resolve(done, command.commandId, { kind: 'completed', subscriptionId });
  },
};
