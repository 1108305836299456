import type { CancelCommand } from './command.ts';
import type { Context } from './context.ts';
import { type Draft, record } from './draft.ts';
import { endSubscription } from './end-subscription.ts';
import { leaveOpenPayment } from './leave-payment.ts';
import { periodKeyOf } from './open-payment.ts';
import { requestFullRefund } from './request-refund.ts';
import { isLive, type LiveSubscription, type Subscription } from './subscription.ts';

const complete = (draft: Draft, command: CancelCommand): Draft =>
  record(draft, {
    type: 'command.resolved',
    commandId: command.commandId,
    outcome: { kind: 'completed', subscriptionId: draft.state.subscription?.id ?? null },
  });

/**
 * A renewal charged after the cancel was accepted at the door, but before it was handled, is taken back: the money
 * returns, and so does the term that the subscriber saw when he cancelled.
 */
function takeBackRenewal(
  draft: Draft,
  subscription: LiveSubscription,
  command: CancelCommand,
  context: Context,
): Draft {
  const { term, previousTerm } = subscription;
  const bought = draft.state.settled.find(
    (settled) =>
      settled.kind === 'charge' &&
      settled.subscriptionId === subscription.id &&
      settled.periodKey === periodKeyOf(term.periodIndex) &&
      settled.reservedAt > command.acceptedAt &&
      settled.refundedMinor < settled.capturedMinor,
  );
  if (bought === undefined || previousTerm === null) return draft;
  const refunded = requestFullRefund(draft, bought, 'canceled', context);
  const reverted = { ...subscription, term: previousTerm, previousTerm: null, extendedUntil: null };
  return record(refunded, { type: 'subscription.tracked', subscription: reverted });
}

function cancelNow(draft: Draft, subscription: Subscription, command: CancelCommand, context: Context): Draft {
  const left = leaveOpenPayment(draft, 'canceled', context);
  const ended = endSubscription(subscription, { status: 'canceled', cause: 'user_canceled', at: context.now });
  return record(left, { type: 'subscription.canceled', subscription: ended, voluntary: true, reason: command.reason });
}

/** Access lasts until the end that was paid for; an active period that is already over ends here and now. */
function cancelAtEnd(draft: Draft, subscription: LiveSubscription, command: CancelCommand, context: Context): Draft {
  if (subscription.cancelAtPeriodEnd) return draft;
  const left = leaveOpenPayment(draft, 'canceled', context);
  const effectiveAt = subscription.status === 'past_due' ? subscription.graceUntil : subscription.term.periodEnd;
  const flagged = { ...subscription, cancelAtPeriodEnd: true, extendedUntil: null };
  const scheduled = record(left, {
    type: 'subscription.cancel_scheduled',
    subscription: flagged,
    reason: command.reason,
    effectiveAt,
  });
  if (context.now < effectiveAt || flagged.held !== null) return scheduled;
  const expired = endSubscription(flagged, { status: 'expired', cause: 'user_canceled', at: effectiveAt });
  return record(scheduled, { type: 'subscription.expired', subscription: expired, cause: 'user_canceled' });
}

function abandonPurchase(draft: Draft, subscription: Subscription, context: Context): Draft {
  const left = leaveOpenPayment(draft, 'canceled', context);
  const ended = endSubscription(subscription, {
    status: 'incomplete_expired',
    cause: 'user_canceled',
    at: context.now,
  });
  return record(left, { type: 'subscription.activation_expired', subscription: ended, cause: 'user_canceled' });
}

/** `subscription.cancel`: also "nothing to cancel" is a completed order, as the seed promised. */
export function decideCancel(draft: Draft, command: CancelCommand, context: Context): Draft {
  const { subscription } = draft.state;
  if (subscription === null) return complete(draft, command);
  if (subscription.status === 'incomplete') return complete(abandonPurchase(draft, subscription, context), command);
  if (!isLive(subscription)) return complete(draft, command);
  const reverted = takeBackRenewal(draft, subscription, command, context);
  const current = reverted.state.subscription;
  if (current === null || !isLive(current)) return complete(reverted, command);
  const canceled =
    command.mode === 'immediate'
      ? cancelNow(reverted, current, command, context)
      : cancelAtEnd(reverted, current, command, context);
  return complete(canceled, command);
}
