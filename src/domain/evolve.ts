import type { DomainEvent, PaymentPlace } from './events.ts';
import type { Payment, Refund, Settled } from './payment.ts';
import { defaultPolicy } from './policy.ts';
import type { Subscriber } from './subscriber.ts';

function placePayment(state: Subscriber, payment: Payment, place: PaymentPlace): Subscriber {
  const watched = state.watched.filter((other) => other.id !== payment.id);
  const open = state.payment?.id === payment.id ? null : state.payment;
  switch (place) {
    case 'open':
      return { ...state, payment, watched };
    case 'watched':
      return { ...state, payment: open, watched: [...watched, payment] };
    case 'closed':
      return { ...state, payment: open, watched };
  }
}

function placeRefund(state: Subscriber, refund: Refund, closed: boolean): Subscriber {
  const others = state.refunds.filter((other) => other.id !== refund.id);
  return { ...state, refunds: closed ? others : [...others, refund] };
}

const settle = (state: Subscriber, settled: Settled): Subscriber => ({
  ...state,
  settled: [...state.settled.filter((other) => other.paymentId !== settled.paymentId), settled].slice(
    -defaultPolicy.settledMax,
  ),
});

/**
 * The state after an event. Total, without decisions: each event carries what it changed, so a forgotten case is a
 * compile error and a replayed event gives the same state.
 */
// eslint-disable-next-line complexity -- one flat case per event is the whole point of this table
export function evolve(state: Subscriber, event: DomainEvent): Subscriber {
  switch (event.type) {
    case 'subscription.created':
    case 'subscription.activated':
    case 'subscription.activation_expired':
    case 'subscription.renewed':
    case 'subscription.past_due':
    case 'subscription.cancel_scheduled':
    case 'subscription.canceled':
    case 'subscription.expired':
    case 'subscription.tracked':
    case 'dunning.retry_scheduled':
    case 'dunning.exhausted':
      return { ...state, subscription: event.subscription };
    case 'payment.created':
    case 'payment.requires_action':
    case 'payment.succeeded':
    case 'payment.failed':
    case 'payment.unknown':
    case 'payment.reconciled':
    case 'payment.stuck':
    case 'payment.duplicate_detected':
    case 'payment.late_success':
    case 'payment.tracked':
      return placePayment(state, event.payment, event.place);
    case 'refund.requested':
    case 'refund.succeeded':
    case 'refund.failed':
    case 'refund.tracked':
      return placeRefund(state, event.refund, event.closed);
    case 'payment_method.saved':
      return { ...state, methods: [...state.methods.filter((other) => other.id !== event.method.id), event.method] };
    case 'method.disabled':
      return {
        ...state,
        methods: state.methods.map((method) => (method.id === event.methodId ? { ...method, usable: false } : method)),
      };
    case 'settlement.recorded':
      return settle(state, event.settled);
    case 'settlement.refunded':
      return {
        ...state,
        settled: state.settled.map((settled) =>
          settled.paymentId === event.paymentId ? { ...settled, refundedMinor: event.refundedMinor } : settled,
        ),
      };
    case 'entitlement.changed':
      return { ...state, entitlement: event.entitlement };
    case 'clock.bound':
      return { ...state, testClockId: event.testClockId };
    case 'command.received':
      return { ...state, commands: [...state.commands.filter((other) => other.id !== event.entry.id), event.entry] };
    case 'command.resolved':
      return {
        ...state,
        commands: state.commands.map((entry) =>
          entry.id === event.commandId ? { ...entry, outcome: event.outcome } : entry,
        ),
      };
    case 'invariant.violated':
      return state;
  }
}
