import type { Context, Ruling } from './context.ts';
import { evolve } from './evolve.ts';
import type { DomainEvent } from './events.ts';
import { isHeld } from './hold.ts';
import type { Payment, Refund } from './payment.ts';
import { sendPermit, withReservation } from './reserve.ts';
import type { Subscriber } from './subscriber.ts';

/** What one provider operation is about: a payment (or its capture) or a refund. */
export type Subject = { readonly kind: 'payment' | 'refund'; readonly id: string };

/** No charge leaves for a subscription that is held; a page and a refund hurt nobody. */
function paymentObstacle(state: Subscriber, payment: Payment | null): string | null {
  if (payment === null) return 'no such open payment';
  if (payment.kind === 'charge' && isHeld(state)) return 'subscription is held';
  if (!['created', 'sending', 'unknown'].includes(payment.state)) return `payment is ${payment.state}`;
  if (payment.providerPaymentId !== null && payment.step === 'pay') return 'the provider has answered';
  return null;
}

const refundObstacle = (refund: Refund | undefined): string | null => {
  if (refund === undefined) return 'no such refund';
  if (!['requested', 'sending', 'unknown'].includes(refund.state)) return `refund is ${refund.state}`;
  return refund.providerRefundId === null ? null : 'the provider has answered';
};

/** The reservation of one send: saved before a byte leaves, so that whoever finds it knows that one may have left. */
export function decideReservation(state: Subscriber, subject: Subject, context: Context): Ruling<DomainEvent> {
  if (subject.kind === 'payment') {
    const payment = state.payment?.id === subject.id ? state.payment : null;
    const reason = paymentObstacle(state, payment);
    if (payment === null || reason !== null) return { kind: 'ignored', reason: reason ?? 'no such open payment' };
    const permit = sendPermit(payment.send, context);
    if (permit.kind !== 'send') return { kind: 'ignored', reason: permit.kind };
    const reserved = withReservation(payment.send, context);
    // A capture takes what was reserved before: a cancel in between concerns the charge, not its capture.
    const reservedAt = payment.step === 'capture' ? payment.send.reservedAt : reserved.reservedAt;
    const sending: Payment = { ...payment, state: 'sending', send: { ...reserved, reservedAt } };
    return { kind: 'accepted', events: [{ type: 'payment.tracked', payment: sending, place: 'open' }] };
  }
  const refund = state.refunds.find((candidate) => candidate.id === subject.id);
  const reason = refundObstacle(refund);
  if (refund === undefined || reason !== null) return { kind: 'ignored', reason: reason ?? 'no such refund' };
  const permit = sendPermit(refund.send, context);
  if (permit.kind !== 'send') return { kind: 'ignored', reason: permit.kind };
  const sending: Refund = { ...refund, state: 'sending', send: withReservation(refund.send, context) };
  return { kind: 'accepted', events: [{ type: 'refund.tracked', refund: sending, closed: false }] };
}

/**
 * The first reservation of a payment in the very save that creates it: one save less on the way of every purchase and
 * renewal, and the same promise, for both are on disk before a byte leaves.
 */
export function reserveCreated(state: Subscriber, ruling: Ruling<DomainEvent>, context: Context): Ruling<DomainEvent> {
  if (ruling.kind === 'ignored') return ruling;
  const created = ruling.events.find((event) => event.type === 'payment.created');
  if (created === undefined) return ruling;
  const after = ruling.events.reduce(evolve, state);
  const reservation = decideReservation(after, { kind: 'payment', id: created.payment.id }, context);
  return reservation.kind === 'ignored'
    ? ruling
    : { kind: 'accepted', events: [...ruling.events, ...reservation.events] };
}
