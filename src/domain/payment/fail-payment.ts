import { failBinding, whyUnanswered } from './fail-binding.ts';
import { failRefund } from './apply-refund.ts';
import { graceAfter } from '../subscription/access.ts';
import type { RejectionReason } from '../model/command.ts';
import type { Context } from '../model/context.ts';
import { classifyDecline, declineRules } from '../model/decline-table.ts';
import { type Draft, endCommands, record } from '../decision/draft.ts';
import { endSubscription } from '../subscription/end-subscription.ts';
import type { Operation } from './operation.ts';
import type { Decline, Payment } from '../model/payment.ts';
import { planDunning } from '../subscription/plan-dunning.ts';
import type { PastDueSubscription } from '../model/subscription.ts';
import { awaitsPurchase, isPastDue, takesPeriods } from '../model/subscription-questions.ts';

/** The reason of a charge whose receipt would have gone to a former contact: it was taken back before it was sent. */
export const contactChanged = 'receipt_contact_changed';

/** How a payment ends without money: `failed` by the provider, or `aborted` before it was carried out. */
type Ending = {
  readonly state: 'failed' | 'aborted';
  readonly reason: string;
  readonly party: string;
  /** The outcome of the commands that wait for it. */
  readonly answer: RejectionReason;
};

function endPurchase(draft: Draft, payment: Payment, decline: Decline, context: Context): Draft {
  const { subscription } = draft.state;
  if (!awaitsPurchase(subscription) || subscription.id !== payment.subscriptionId) return draft;
  const cause = decline.reason === 'expired_on_confirmation' ? 'not_paid' : 'payment_failed';
  return endSubscription(draft, subscription, { status: 'incomplete_expired', cause, at: context.now });
}

/** The subscription after a declined charge of its due period; null when the payment is no such charge. */
function pastDueAfter(draft: Draft, payment: Payment, decline: Decline, context: Context): PastDueSubscription | null {
  const { subscription } = draft.state;
  if (payment.kind !== 'charge' || payment.watchedBecause !== null) return null;
  // No decline. Refused, the subscription is held, and charged again when it is released; changed, it is charged again at once.
  if (decline.reason === 'receipt_refused' || decline.reason === contactChanged) return null;
  if (!takesPeriods(subscription) || subscription.id !== payment.subscriptionId) return null;
  const dunning = planDunning(subscription, payment, decline, context);
  const graceUntil = graceAfter(subscription, context.policy);
  // The charge is resolved now, so its extension of access ends. That of a hold stays.
  const extendedUntil = subscription.held === null ? null : subscription.extendedUntil;
  return { ...subscription, status: 'past_due', dunning, graceUntil, extendedUntil };
}

/** Makes the subscription past due at the first declined charge. Each decline publishes the next step of dunning. */
function enterPastDue(draft: Draft, subscription: PastDueSubscription, paymentId: string): Draft {
  const { graceUntil, dunning } = subscription;
  const { nextAttemptAt, ladderStep, lastReason: reason, lastClass } = dunning;
  const why = { paymentId, reason, class: lastClass, nextAttemptAt, graceUntil };
  const isFirst = !isPastDue(draft.state.subscription);
  const recorded = isFirst ? record(draft, { type: 'subscription.past_due', subscription, ...why }) : draft;
  return nextAttemptAt === null
    ? record(recorded, { type: 'dunning.exhausted', subscription, reason })
    : record(recorded, { type: 'dunning.retry_scheduled', subscription, nextAttemptAt, ladderStep });
}

/** Closes a payment without money: removes it from the document, answers its commands and moves the subscription. */
export function failPayment(draft: Draft, payment: Payment, ending: Ending, context: Context): Draft {
  const { state, reason, party, answer } = ending;
  const decline = { reason, party, class: classifyDecline(reason, context.policy) };
  const pastDue = pastDueAfter(draft, payment, decline, context);
  const nextAttemptAt = pastDue?.dunning.nextAttemptAt ?? null;
  const failed = record(draft, {
    type: 'payment.failed',
    payment: { ...payment, state, confirmationUrl: null },
    place: 'closed',
    decline,
    retryable: nextAttemptAt !== null,
    nextAttemptAt,
  });
  const answered = endCommands(failed, payment.id, { kind: 'rejected', reason: answer });
  if (payment.watchedBecause === null && payment.purchase !== null)
    return endPurchase(answered, payment, decline, context);
  // The card is as dead where the charge is only watched.
  const isDead = state === 'failed' && payment.kind === 'charge' && declineRules[decline.class].methodDead;
  const disabled =
    isDead && payment.methodId !== null
      ? record(answered, { type: 'method.disabled', methodId: payment.methodId })
      : answered;
  return pastDue === null ? disabled : enterPastDue(disabled, pastDue, payment.id);
}

type Because = 'provider_unreachable' | 'provider_refused' | 'provider_absent' | 'receipt_refused';

/** Ends an operation that certainly was not carried out. Its key is not sent again. */
export function giveUp(draft: Draft, { kind, entry }: Operation, reason: Because, context: Context): Draft {
  if (kind === 'refund') return failRefund(draft, entry, reason, context);
  if (kind === 'binding')
    return failBinding(draft, entry, reason === 'provider_refused' ? reason : whyUnanswered(entry), context);
  const answer =
    reason === 'provider_refused' || reason === 'receipt_refused' ? 'provider_refused' : 'provider_unreachable';
  return failPayment(draft, entry, { state: 'aborted', reason, party: 'us', answer }, context);
}
