import type { CommandBase } from '../model/command.ts';
import type { CommandDefinition } from './definition.ts';
import type { Context } from '../model/context.ts';
import { type Draft, record, resolve } from '../decision/draft.ts';
import { endAfterCancel } from '../subscription/access.ts';
import { endSubscription } from '../subscription/end-subscription.ts';
import { abandonOpenPayment } from '../payment/abandon-payment.ts';
import { periodIndexOf } from '../payment/open-payment.ts';
import type { CapturedPayment } from '../model/payment.ts';
import { termAt } from '../subscription/period.ts';
import { requestFullRefund } from '../payment/request-refund.ts';
import { activeIn, type LiveSubscription, type Subscription, type Term } from '../model/subscription.ts';
import { awaitsPurchase, mayCancel } from '../model/subscription-questions.ts';

export type CancelCommand = CommandBase & {
  readonly type: 'subscription.cancel';
  readonly mode: 'period_end' | 'immediate';
  readonly reason: string | null;
};

/** The term before the period, from the anchor where it reaches back so far. */
function termBefore(subscription: LiveSubscription, periodIndex: number, context: Context): Term | null {
  const { term, previousTerm, tariff } = subscription;
  if (periodIndex - 1 < term.anchorIndex) return previousTerm?.periodIndex === periodIndex - 1 ? previousTerm : null;
  return termAt({ at: term.anchor, index: term.anchorIndex }, periodIndex - 1, tariff.period, context.policy.timeZone);
}

/** Charges reserved after the cancel was accepted at the door, whatever has become of the subscription meanwhile. */
const capturedSince = (draft: Draft, subscription: Subscription, command: CancelCommand): readonly CapturedPayment[] =>
  draft.state.captures.filter(
    (capture) =>
      capture.kind === 'charge' &&
      capture.subscriptionId === subscription.id &&
      capture.reservedAt > command.acceptedAt &&
      capture.refundedMinor < capture.capturedMinor,
  );

const refundAll = (draft: Draft, bought: readonly CapturedPayment[], context: Context): Draft =>
  bought.reduce((back, capture) => requestFullRefund(back, capture, 'canceled', context), draft);

/**
 * Renewals charged after the cancel was accepted, but before it was handled, are taken back: the money returns, and so
 * does the term that the subscriber saw when he cancelled.
 */
function takeBackRenewals(
  draft: Draft,
  subscription: LiveSubscription,
  command: CancelCommand,
  context: Context,
): Draft {
  const bought = capturedSince(draft, subscription, command);
  const first = bought.toSorted((a, b) => periodIndexOf(a.periodKey) - periodIndexOf(b.periodKey))[0];
  if (first === undefined) return draft;
  const refunded = refundAll(draft, bought, context);
  const term = termBefore(subscription, periodIndexOf(first.periodKey), context);
  // Where the anchor has moved meanwhile nobody can say what he saw: with the money back, it is over.
  if (term === null) return cancelNow(refunded, subscription, command, context);
  // The attempt is counted on: should the period ever be charged again, it gets another key.
  const previous = activeIn(subscription, { term, previousTerm: null, attemptsMade: first.attemptNo });
  // Should a later cancel have been handled first, the end that it told of is not the end any more: it is told anew.
  const reverted = { ...previous, cancelAtPeriodEnd: false };
  return record(refunded, { type: 'subscription.tracked', subscription: reverted });
}

function cancelNow(draft: Draft, subscription: Subscription, command: CancelCommand, context: Context): Draft {
  const left = abandonOpenPayment(draft, 'canceled', context);
  const { reason } = command;
  return endSubscription(left, subscription, { status: 'canceled', cause: 'user_canceled', at: context.now, reason });
}

/** Access lasts until the end that was paid for; an active period that is already over ends here and now. */
function cancelAtEnd(draft: Draft, subscription: LiveSubscription, command: CancelCommand, context: Context): Draft {
  const left = abandonOpenPayment(draft, 'canceled', context);
  if (subscription.cancelAtPeriodEnd) return left;
  const effectiveAt = endAfterCancel(subscription);
  const flagged = { ...subscription, cancelAtPeriodEnd: true, extendedUntil: null };
  const scheduled = record(left, {
    type: 'subscription.cancel_scheduled',
    subscription: flagged,
    reason: command.reason,
    effectiveAt,
  });
  if (context.now < effectiveAt || flagged.held !== null) return scheduled;
  return endSubscription(scheduled, flagged, { status: 'expired', cause: 'user_canceled', at: effectiveAt });
}

function abandonPurchase(draft: Draft, subscription: Subscription, context: Context): Draft {
  const left = abandonOpenPayment(draft, 'canceled', context);
  const end = { status: 'incomplete_expired', cause: 'user_canceled', at: context.now } as const;
  return endSubscription(left, subscription, end);
}

function carryOut(draft: Draft, command: CancelCommand, context: Context): Draft {
  const { subscription } = draft.state;
  if (subscription === null) return draft;
  if (awaitsPurchase(subscription)) return abandonPurchase(draft, subscription, context);
  if (!mayCancel(subscription)) return refundAll(draft, capturedSince(draft, subscription, command), context);
  const reverted = takeBackRenewals(draft, subscription, command, context);
  const current = reverted.state.subscription;
  if (!mayCancel(current)) return reverted;
  return command.mode === 'immediate'
    ? cancelNow(reverted, current, command, context)
    : cancelAtEnd(reverted, current, command, context);
}

/** `subscription.cancel`: also "nothing to cancel" is a completed order, as in the v1 API that existing clients use. It never expires. */
export const cancel: CommandDefinition<CancelCommand> = {
  lifeMs: null,
  lookUps: [],
  decide: (draft, command, _facts, context) => {
    const done = carryOut(draft, command, context);
    const subscriptionId = done.state.subscription?.id ?? null;
    return resolve(done, command.commandId, { kind: 'completed', subscriptionId });
  },
};
