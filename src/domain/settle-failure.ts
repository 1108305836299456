import type { RejectionReason } from './command.ts';
import type { Context } from './context.ts';
import { classifyDecline, declineRules } from './decline-table.ts';
import { type Draft, record, resolveWaiting } from './draft.ts';
import { endSubscription } from './end-subscription.ts';
import type { Decline, Payment } from './payment.ts';
import { planDunning } from './plan-dunning.ts';
import { type Dunning, isLive, type LiveSubscription } from './subscription.ts';

/** Where a failed payment ends: declined by the provider, or never carried out. */
type Ending = {
  readonly state: 'failed' | 'aborted';
  readonly reason: string;
  readonly party: string;
  /** What the commands that waited for it are told. */
  readonly answer: RejectionReason;
};

function endPurchase(draft: Draft, payment: Payment, decline: Decline, context: Context): Draft {
  const { subscription } = draft.state;
  if (subscription?.status !== 'incomplete' || subscription.id !== payment.subscriptionId) return draft;
  const cause = decline.reason === 'expired_on_confirmation' ? 'not_paid' : 'payment_failed';
  return endSubscription(draft, subscription, { status: 'incomplete_expired', cause, at: context.now });
}

type Charged = {
  readonly subscription: LiveSubscription;
  readonly payment: Payment;
  readonly dunning: Dunning;
};

/** The subscription that the payment was charged for, and its plan now; null when nobody's period depends on it. */
function chargedFor(draft: Draft, payment: Payment, decline: Decline, context: Context): Charged | null {
  const { subscription } = draft.state;
  if (payment.kind !== 'charge' || payment.watchedBecause !== null) return null;
  if (!isLive(subscription) || subscription.id !== payment.subscriptionId) return null;
  return { subscription, payment, dunning: planDunning(subscription, payment, decline, context) };
}

/** A declined charge: past due at the first one, then the plan of further attempts. */
function fall(draft: Draft, charged: Charged, decline: Decline, context: Context): Draft {
  const { subscription, dunning, payment } = charged;
  const graceUntil =
    subscription.status === 'past_due' ? subscription.graceUntil : subscription.term.periodEnd + context.policy.graceMs;
  // Only a hold goes on extending access; what an unresolved charge kept open ends with its answer.
  const extendedUntil = subscription.held === null ? null : subscription.extendedUntil;
  const pastDue = { ...subscription, status: 'past_due' as const, dunning, graceUntil, extendedUntil };
  const { nextAttemptAt, ladderStep } = dunning;
  const { reason } = decline;
  const why = { paymentId: payment.id, reason, class: decline.class, nextAttemptAt, graceUntil };
  const told =
    subscription.status === 'active'
      ? record(draft, { type: 'subscription.past_due', subscription: pastDue, ...why })
      : draft;
  return nextAttemptAt === null
    ? record(told, { type: 'dunning.exhausted', subscription: pastDue, reason })
    : record(told, { type: 'dunning.retry_scheduled', subscription: pastDue, nextAttemptAt, ladderStep });
}

/** A payment is over without money: it leaves the document, and what depended on it goes on without it. */
export function settleFailure(draft: Draft, payment: Payment, ending: Ending, context: Context): Draft {
  const { state, reason, party, answer } = ending;
  const decline = { reason, party, class: classifyDecline(reason) };
  const charged = chargedFor(draft, payment, decline, context);
  const nextAttemptAt = charged?.dunning.nextAttemptAt ?? null;
  const failed = record(draft, {
    type: 'payment.failed',
    payment: { ...payment, state, confirmationUrl: null },
    place: 'closed',
    decline,
    retryable: nextAttemptAt !== null,
    nextAttemptAt,
  });
  const answered = resolveWaiting(failed, payment.id, { kind: 'rejected', reason: answer });
  if (payment.watchedBecause !== null) return answered;
  if (payment.purchase !== null) return endPurchase(answered, payment, decline, context);
  if (charged === null) return answered;
  const disabled =
    declineRules[decline.class].methodDead && payment.methodId !== null
      ? record(answered, { type: 'method.disabled', methodId: payment.methodId })
      : answered;
  return fall(disabled, charged, decline, context);
}
