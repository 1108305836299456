import { markMismatch, mismatchOf } from './check-object.ts';
import type { Context } from '../model/context.ts';
import { answerWaiting, type Draft, follow, record } from '../decision/draft.ts';
import type { Via } from '../model/events.ts';
import { withProviderId, type PaymentOperation, subjectOf } from './operation.ts';
import type { Payment } from '../model/payment.ts';
import { isReady, isUnresolved, showsPage } from '../model/payment-states.ts';
import { planPolls } from './polls.ts';
import type { ProviderPayment } from '../model/provider.ts';
import { toBeSent } from '../model/send-record.ts';
import { failPayment } from './fail-payment.ts';
import { takeCharge } from './take-charge.ts';
import { trackWaiting } from './track-waiting.ts';
import { applySuccess } from './complete-payment.ts';

type Seen = { readonly object: ProviderPayment; readonly via: Via };

/** The provider waits for the subscriber on its page, or for a bank. */
function applyPending(draft: Draft, operation: PaymentOperation, seen: Seen, context: Context): Draft {
  const { entry, place } = operation;
  const send = planPolls(entry, context);
  const redirectUrl = seen.object.confirmationUrl;
  if (redirectUrl === null || entry.kind !== 'checkout') {
    return trackWaiting(draft, { ...operation, entry: { ...entry, state: 'pending' } }, send, context);
  }
  const payment: Payment = { ...entry, send, state: 'requires_action', confirmationUrl: redirectUrl };
  if (showsPage(entry) || place === 'watched') {
    return trackWaiting(draft, { ...operation, entry: payment }, send, context);
  }
  const opened = record(draft, { type: 'payment.requires_action', payment, place, redirectUrl });
  const { id, subscriptionId } = entry;
  return answerWaiting(opened, id, { kind: 'requires_action', redirectUrl, subscriptionId });
}

/** The payment is authorized: opens its capture, a request with a key of its own, sent like any other. */
function startCapture(draft: Draft, operation: PaymentOperation, seen: Seen, context: Context): Draft {
  const { entry, place } = operation;
  const polled = planPolls(entry, context);
  // A watched authorization is not captured, and lapses at the bank.
  if (place === 'watched') {
    return trackWaiting(draft, { ...operation, entry: { ...entry, state: 'pending' } }, polled, context);
  }
  const subject = subjectOf(operation);
  if (entry.step === 'capture') {
    const tracked = trackWaiting(draft, operation, polled, context);
    // The capture was opened and never sent; it is sent now, not at the next poll.
    return isReady(entry) && entry.send.sends === 0 ? follow(tracked, 'send', subject) : tracked;
  }
  const providerRequest = { kind: 'capture' as const, providerPaymentId: seen.object.id, amount: entry.amount };
  const send = toBeSent(context.ids.idempotenceKey(entry.id, 'capture', 1), providerRequest, context);
  const { reservedAt } = entry.send;
  const payment: Payment = { ...entry, step: 'capture', state: 'created', send: { ...send, reservedAt } };
  return follow(record(draft, { type: 'payment.tracked', payment, place }), 'send', subject);
}

/** Since a restore the provider may have the next charge already. */
const thenNext = (draft: Draft, context: Context): Draft => takeCharge(draft, context) ?? draft;

/**
 * Applies the provider's payment to ours. Answers, notifications, polls and searches all come here, so the result does not
 * depend on the source. The same object applied twice changes nothing.
 */
export function applyPayment(draft: Draft, operation: PaymentOperation, seen: Seen, context: Context): Draft {
  const { object, via } = seen;
  const { place } = operation;
  const { id: paymentId, amount, step } = operation.entry;
  const detail = mismatchOf(draft.state, { paymentId, amount }, object, context);
  if (detail !== null) return markMismatch(draft, operation, { object, detail }, context);
  const known = withProviderId(operation, object.id);
  const payment = known.entry;
  // An unknown capture stays unknown while the provider still shows the payment as authorized.
  const isUncaptured = step === 'capture' && object.status === 'waiting_for_capture';
  const resolved =
    isUnresolved(operation.entry) && !isUncaptured
      ? record(draft, { type: 'payment.reconciled', payment, place, via })
      : draft;
  switch (object.status) {
    case 'pending':
      return applyPending(resolved, known, seen, context);
    case 'waiting_for_capture':
      return startCapture(resolved, known, seen, context);
    case 'succeeded': {
      const paid: Payment = { ...payment, state: 'succeeded', confirmationUrl: null };
      const success = { payment: paid, object, via, capturedAt: object.capturedAt ?? context.now };
      return thenNext(applySuccess(resolved, success, context), context);
    }
    case 'canceled': {
      const { reason, party } = object.cancellation ?? { reason: 'general_decline', party: 'unknown' };
      const ending = { state: 'failed', reason, party, answer: 'payment_declined' } as const;
      return thenNext(failPayment(resolved, payment, ending, context), context);
    }
  }
}
