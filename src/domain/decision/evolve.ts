import type { DomainEvent, PaymentPlace } from '../model/events.ts';
import { chargebackId } from '../model/chargeback-id.ts';
import { remember } from './known-as.ts';
import { countPage } from '../payment/page-limit.ts';
import type { CapturedPayment, ExternalRefund, Payment, Refund } from '../model/payment.ts';
import type { FollowedReceipt } from '../model/receipt.ts';
import type { Subscriber } from '../model/subscriber.ts';

type RecordedExternal = Extract<DomainEvent, { readonly type: 'refund.recorded_external' }>;
type ChargedBack = Extract<DomainEvent, { readonly type: 'payment.chargeback_recorded' }>;
type Refunded = Extract<DomainEvent, { readonly type: 'capture.refunded' }>;

function placePayment(state: Subscriber, payment: Payment, place: PaymentPlace): Subscriber {
  const watched = state.watched.filter((other) => other.id !== payment.id);
  const open = state.payment?.id === payment.id ? null : state.payment;
  return {
    ...state,
    payment: place === 'open' ? payment : open,
    watched: place === 'watched' ? [...watched, payment] : watched,
  };
}

function placeRefund(state: Subscriber, refund: Refund, closed: boolean): Subscriber {
  const others = state.refunds.filter((other) => other.id !== refund.id);
  return { ...state, refunds: closed ? others : [...others, refund] };
}

/** A receipt keeps its place: the list is in the order in which the money moved. */
function placeReceipt(state: Subscriber, receipt: FollowedReceipt, closed: boolean): Subscriber {
  const isKnown = state.receipts.some(({ id }) => id === receipt.id);
  const receipts = isKnown
    ? state.receipts.map((other) => (other.id === receipt.id ? receipt : other))
    : [...state.receipts, receipt];
  return { ...state, receipts: closed ? receipts.filter(({ id }) => id !== receipt.id) : receipts };
}

/** Changes the entries of a list that are meant. */
const change = <Entry extends object>(
  entries: readonly Entry[],
  isMeant: (entry: Entry) => boolean,
  to: Partial<Entry>,
) => entries.map((entry) => (isMeant(entry) ? { ...entry, ...to } : entry));

/** Appends the entry; one with the same id is replaced. */
const put = <Entry>(entries: readonly Entry[], entry: Entry, idOf: (entry: Entry) => string): readonly Entry[] => [
  ...entries.filter((other) => idOf(other) !== idOf(entry)),
  entry,
];

type CommandEvent = Extract<DomainEvent, { readonly entry: unknown } | { readonly commandId: string }>;

function changeCommands(state: Subscriber, event: CommandEvent): Subscriber {
  switch (event.type) {
    case 'command.received':
      return { ...state, commands: put(state.commands, event.entry, ({ id }) => id) };
    case 'command.resolved': {
      const { commandId, outcome } = event;
      return { ...state, commands: change(state.commands, ({ id }) => id === commandId, { outcome }) };
    }
    case 'staff.acted':
    case 'subscriber.commented':
      return state;
  }
}

function changeMethods(state: Subscriber, event: Extract<DomainEvent, { readonly method: unknown }>): Subscriber {
  const { type, method } = event;
  switch (type) {
    case 'payment_method.bound':
      return { ...state, binding: null, methods: put(state.methods, method, ({ id }) => id) };
    case 'payment_method.saved':
      return { ...state, methods: put(state.methods, method, ({ id }) => id) };
    case 'payment_method.unlinked':
      return { ...state, methods: change(state.methods, ({ id }) => id === method.id, method) };
    case 'payment_method.default_changed':
      return state;
  }
}

function keepExternal(state: Subscriber, { amount, ...recorded }: RecordedExternal): Subscriber {
  const { paymentId, providerRefundId, capturedMinor } = recorded;
  const kept: ExternalRefund = { paymentId, providerRefundId, amountMinor: amount.amountMinor, capturedMinor };
  return { ...state, externalRefunds: put(state.externalRefunds, kept, (refund) => refund.providerRefundId) };
}

/** Among the refunds that are not ours, so that every sum counts it. One that was won counts as nothing. */
function keepChargeback(state: Subscriber, { paymentId, amount, capturedMinor, won }: ChargedBack): Subscriber {
  const amountMinor = won === true ? 0 : amount.amountMinor;
  const kept: ExternalRefund = { paymentId, providerRefundId: chargebackId(paymentId), amountMinor, capturedMinor };
  return { ...state, externalRefunds: put(state.externalRefunds, kept, (refund) => refund.providerRefundId) };
}

function countRefunded(state: Subscriber, event: RecordedExternal | ChargedBack | Refunded): Subscriber {
  const isMeant = (capture: CapturedPayment): boolean => capture.paymentId === event.paymentId;
  const count = (to: Partial<CapturedPayment>) => ({ ...state, captures: change(state.captures, isMeant, to) });
  const { refundedMinor } = event;
  // A refund of the cabinet has no number of ours.
  if (event.type === 'refund.recorded_external') return keepExternal(count({ refundedMinor }), event);
  if (event.type === 'payment.chargeback_recorded') return keepChargeback(count({ refundedMinor }), event);
  return count({ refundedMinor, refundsMade: event.refundsMade, requestedMinor: event.requestedMinor });
}

type OtherEvent = Extract<
  DomainEvent,
  {
    readonly type:
      | 'method.disabled'
      | 'binding.tracked'
      | 'payment_method.bind_failed'
      | 'receipt_contact.changed'
      | 'capture.recorded'
      | 'charges.stopped'
      | 'entitlement.changed'
      | 'clock.bound'
      | 'reconciliation.difference_found'
      | 'recalled.changed';
  }
>;

function changeOther(state: Subscriber, event: OtherEvent): Subscriber {
  switch (event.type) {
    case 'method.disabled':
      return { ...state, methods: change(state.methods, ({ id }) => id === event.methodId, { usable: false }) };
    case 'binding.tracked':
      return { ...state, binding: event.binding };
    case 'payment_method.bind_failed':
      return { ...state, binding: null };
    case 'receipt_contact.changed':
      return { ...state, receiptContact: event.contact, personalKey: event.personalKey };
    case 'capture.recorded':
      if (event.isOld === true) return { ...state, captures: [event.capture, ...state.captures] };
      return { ...state, captures: put(state.captures, event.capture, ({ paymentId }) => paymentId) };
    case 'entitlement.changed':
      return { ...state, entitlement: event.entitlement };
    case 'charges.stopped':
      return { ...state, chargesStopped: event.chargesStopped };
    case 'recalled.changed':
      return { ...state, recalled: event.recalled };
    case 'clock.bound':
      return { ...state, testClockId: event.testClockId };
    case 'reconciliation.difference_found':
      return remember(state, event);
  }
}

/**
 * The state after an event. Each event carries what it changed and nothing is decided here, so a replayed event gives the
 * same state. A missing case does not compile.
 */
export const evolve = (state: Subscriber, event: DomainEvent): Subscriber =>
  countPage(state, changed(state, event), event);

function changed(state: Subscriber, event: DomainEvent): Subscriber {
  if ('subscription' in event) return { ...state, subscription: event.subscription };
  if ('payment' in event) return placePayment(state, event.payment, event.place);
  if ('refund' in event) return placeRefund(state, event.refund, event.closed);
  if ('receipt' in event) return placeReceipt(state, event.receipt, event.closed);
  if ('refundedMinor' in event) return countRefunded(state, event);
  if ('entry' in event || 'commandId' in event) return changeCommands(state, event);
  if ('subjectId' in event) return remember(state, event);
  if ('method' in event) return changeMethods(state, event);
  return changeOther(state, event);
}
