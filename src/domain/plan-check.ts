import type { Context } from './context.ts';
import type { Subject } from './decide-reservation.ts';
import { findTarget } from './find-target.ts';
import { isHeld } from './hold.ts';
import { hourMs, type Instant } from './instant.ts';
import type { Payment, Refund } from './payment.ts';
import { sendPermit } from './reserve.ts';
import { possiblySent, type SendRecord } from './send-record.ts';
import type { Subscriber } from './subscriber.ts';

/** What a status check does next; the application carries it out and brings back what it found. */
export type Check =
  | { readonly kind: 'nothing'; readonly reason: string }
  | { readonly kind: 'send' }
  | { readonly kind: 'read'; readonly object: 'payment' | 'refund'; readonly id: string }
  | { readonly kind: 'search_payment'; readonly paymentId: string; readonly from: Instant; readonly to: Instant }
  | { readonly kind: 'search_refund'; readonly paymentId: string; readonly providerPaymentId: string }
  /** Surely nothing is out there and nothing may be sent any more. */
  | { readonly kind: 'abort' }
  | { readonly kind: 'retry_refund' };

const isDue = (send: SendRecord, context: Context): boolean =>
  (send.nextCheckAt !== null && send.nextCheckAt <= context.now) ||
  (send.nextCheckRealAt !== null && send.nextCheckRealAt <= context.realNow);

function searchWindow(payment: Payment): Check {
  const since = payment.send.firstSentAt ?? payment.createdAt;
  // Wide enough for a provider whose clock differs and for repeats of the key during its life.
  return { kind: 'search_payment', paymentId: payment.id, from: since - hourMs, to: since + 25 * hourMs };
}

/** May this payment still be sent at all: undecided, honoured when it succeeds, and not a charge of a held subscription. */
const isSendable = (state: Subscriber, payment: Payment): boolean =>
  ['created', 'sending', 'unknown'].includes(payment.state) &&
  payment.watchedBecause === null &&
  !(payment.kind === 'charge' && isHeld(state));

function checkPayment(state: Subscriber, payment: Payment, context: Context): Check {
  if (!isDue(payment.send, context)) return { kind: 'nothing', reason: 'not due yet' };
  const sendable = isSendable(state, payment);
  const permit = sendPermit(payment.send, context);
  if (payment.providerPaymentId !== null) {
    const captures = payment.step === 'capture' && sendable && permit.kind === 'send';
    return captures ? { kind: 'send' } : { kind: 'read', object: 'payment', id: payment.providerPaymentId };
  }
  if (sendable && permit.kind === 'send') return { kind: 'send' };
  if (sendable && permit.kind === 'wait') return { kind: 'nothing', reason: 'the last send may still be on the wire' };
  return possiblySent(payment.send) === 0 ? { kind: 'abort' } : searchWindow(payment);
}

function checkRefund(refund: Refund, context: Context): Check {
  if (refund.state === 'failed') {
    const due = refund.retryAt !== null && refund.retryAt <= context.now;
    return due ? { kind: 'retry_refund' } : { kind: 'nothing', reason: 'not due yet' };
  }
  if (!isDue(refund.send, context)) return { kind: 'nothing', reason: 'not due yet' };
  if (refund.providerRefundId !== null) return { kind: 'read', object: 'refund', id: refund.providerRefundId };
  const permit = sendPermit(refund.send, context);
  if (permit.kind === 'send') return { kind: 'send' };
  if (permit.kind === 'wait') return { kind: 'nothing', reason: 'the last send may still be on the wire' };
  if (possiblySent(refund.send) === 0) return { kind: 'abort' };
  return { kind: 'search_refund', paymentId: refund.paymentId, providerPaymentId: refund.providerPaymentId };
}

/** Decides what to look at, against the state as it is now: a check announced twice, or late, looks at most once. */
export function planCheck(state: Subscriber, subject: Subject, context: Context): Check {
  if (subject.kind === 'refund') {
    const refund = state.refunds.find((candidate) => candidate.id === subject.id);
    return refund === undefined ? { kind: 'nothing', reason: 'refund is closed' } : checkRefund(refund, context);
  }
  const target = findTarget(state, subject.id);
  return target === null
    ? { kind: 'nothing', reason: 'payment is closed' }
    : checkPayment(state, target.payment, context);
}
