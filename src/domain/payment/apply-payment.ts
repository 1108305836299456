import { markMismatch, mismatchOf } from './check-object.ts';
import type { Context } from '../model/context.ts';
import { answerWaiting, type Draft, follow, record } from '../decision/draft.ts';
import type { Via } from '../model/events.ts';
import { withProviderId, type PaymentOperation, subjectOf, track } from './operation.ts';
import type { Payment } from '../model/payment.ts';
import { isReady, isUnresolved, showsPage } from '../model/payment-states.ts';
import { planPolls } from './polls.ts';
import type { ProviderPayment } from '../model/provider.ts';
import { toBeSent } from '../model/send-record.ts';
import { failPayment } from './fail-payment.ts';
import { refundLatePayment, completePayment } from './complete-payment.ts';

type Seen = { readonly object: ProviderPayment; readonly via: Via };

/** The provider waits: for the subscriber on its page, or by itself. */
function stillPending(draft: Draft, operation: PaymentOperation, seen: Seen, context: Context): Draft {
  const { entry, place } = operation;
  const send = planPolls(entry, context);
  const redirectUrl = seen.object.confirmationUrl;
  if (redirectUrl === null || entry.kind !== 'checkout') return track(draft, operation, { state: 'pending', send });
  const payment: Payment = { ...entry, send, state: 'requires_action', confirmationUrl: redirectUrl };
  if (showsPage(entry) || place === 'watched') {
    return record(draft, { type: 'payment.tracked', payment, place });
  }
  const opened = record(draft, { type: 'payment.requires_action', payment, place, redirectUrl });
  const { id, subscriptionId } = entry;
  return answerWaiting(opened, id, { kind: 'requires_action', redirectUrl, subscriptionId });
}

/** A hold: captured with a key of its own; the frozen capture is sent like any other request. */
function startCapture(draft: Draft, operation: PaymentOperation, seen: Seen, context: Context): Draft {
  const { entry, place } = operation;
  const polled = planPolls(entry, context);
  // A watched hold is left alone: uncaptured money returns to its owner by itself.
  if (place === 'watched') return track(draft, operation, { state: 'pending', send: polled });
  const subject = subjectOf(operation);
  if (entry.step === 'capture') {
    const tracked = track(draft, operation, { send: polled });
    // The hold seen again before its capture was ever sent, which the polls would only come to later.
    return isReady(entry) && entry.send.sends === 0 ? follow(tracked, 'send', subject) : tracked;
  }
  const providerRequest = { kind: 'capture' as const, providerPaymentId: seen.object.id, amount: entry.amount };
  const send = toBeSent(context.ids.idempotenceKey(entry.id, 'capture', 1), providerRequest, context);
  const { reservedAt } = entry.send;
  const payment: Payment = { ...entry, step: 'capture', state: 'created', send: { ...send, reservedAt } };
  return follow(record(draft, { type: 'payment.tracked', payment, place }), 'send', subject);
}

/**
 * What the provider's payment means for ours. The one way in for answers, notifications, polls and searches: whoever
 * brings the news, the result is the same, and bringing it twice changes nothing.
 */
export function applyPayment(draft: Draft, operation: PaymentOperation, seen: Seen, context: Context): Draft {
  const { object, via } = seen;
  const { place } = operation;
  const { id: paymentId, amount, step } = operation.entry;
  const detail = mismatchOf(draft.state, { paymentId, amount }, object, context);
  if (detail !== null) return markMismatch(draft, operation, { object, detail }, context);
  const known = withProviderId(operation, object.id);
  const payment = known.entry;
  // A capture that was not done is not resolved by seeing the hold again.
  const isUndone = step === 'capture' && object.status === 'waiting_for_capture';
  const resolved =
    isUnresolved(operation.entry) && !isUndone
      ? record(draft, { type: 'payment.reconciled', payment, place, via })
      : draft;
  switch (object.status) {
    case 'pending':
      return stillPending(resolved, known, seen, context);
    case 'waiting_for_capture':
      return startCapture(resolved, known, seen, context);
    case 'succeeded': {
      const paid: Payment = { ...payment, state: 'succeeded', confirmationUrl: null };
      const success = { payment: paid, object, via, capturedAt: object.capturedAt ?? context.now };
      return payment.watchedBecause === null
        ? completePayment(resolved, success, context)
        : refundLatePayment(resolved, success, payment.watchedBecause, context);
    }
    case 'canceled': {
      const { reason, party } = object.cancellation ?? { reason: 'general_decline', party: 'unknown' };
      return failPayment(resolved, payment, { state: 'failed', reason, party, answer: 'payment_declined' }, context);
    }
  }
}
