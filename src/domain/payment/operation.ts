import { type Draft, record } from '../decision/draft.ts';
import type { Binding } from '../model/binding.ts';
import type { Subject } from '../model/effect.ts';
import type { Payment, Refund } from '../model/payment.ts';
import type { SendRecord } from '../model/send-record.ts';
import type { Subscriber } from '../model/subscriber.ts';

/** A payment of the document. If it succeeds, an open one buys its period and a watched one is refunded. */
export type PaymentOperation = {
  readonly kind: 'payment';
  readonly entry: Payment;
  readonly place: 'open' | 'watched';
};
export type RefundOperation = { readonly kind: 'refund'; readonly entry: Refund };
export type BindingOperation = { readonly kind: 'binding'; readonly entry: Binding };
/** An operation that moves money. */
export type MoneyOperation = PaymentOperation | RefundOperation;
/** What is not closed of them and of bindings. All follow the same rules for sends, pauses and status checks. */
export type Operation = MoneyOperation | BindingOperation;

export const operationsOf = ({ payment, watched, refunds, binding }: Subscriber): readonly Operation[] => [
  ...(payment === null ? [] : [{ kind: 'payment' as const, entry: payment, place: 'open' as const }]),
  ...watched.map((entry) => ({ kind: 'payment' as const, entry, place: 'watched' as const })),
  ...refunds.map((entry) => ({ kind: 'refund' as const, entry })),
  ...(binding === null ? [] : [{ kind: 'binding' as const, entry: binding }]),
];

/** The operation, wherever the document holds it; null when it is closed. */
export const findOperation = (state: Subscriber, { kind, id }: Subject): Operation | null =>
  operationsOf(state).find((operation) => operation.kind === kind && operation.entry.id === id) ?? null;

export const subjectOf = ({ kind, entry }: Operation): Subject => ({ kind, id: entry.id });

/** What the provider calls its object of an operation. */
export const providerObjects = { payment: 'payment', refund: 'refund', binding: 'payment_method' } as const;

const idFields = {
  payment: 'providerPaymentId',
  refund: 'providerRefundId',
  binding: 'providerMethodId',
} as const satisfies Readonly<Record<Operation['kind'], string>>;

/** The provider's id; null before its first answer. */
export function providerIdOf({ kind, entry }: Operation): string | null {
  switch (kind) {
    case 'payment':
      return entry.providerPaymentId;
    case 'refund':
      return entry.providerRefundId;
    case 'binding':
      return entry.providerMethodId;
  }
}

/** The operation with the provider's id, after an object that agrees with our request. */
export const withProviderId = <Kind extends Operation>(operation: Kind, providerId: string): Kind => ({
  ...operation,
  entry: {
    ...operation.entry,
    send: { ...operation.entry.send, distrusted: null },
    [idFields[operation.kind]]: providerId,
  },
});

type Step = {
  readonly send: SendRecord;
  /** `ready`: no request is at the provider, as before the first send. */
  readonly state?: 'ready' | 'sending' | 'pending' | 'unknown';
};

/** Saves progress of the operation that is not published. */
export function track(draft: Draft, operation: Operation, { send, state: next }: Step): Draft {
  if (operation.kind === 'payment') {
    const { entry, place } = operation;
    const state = next === 'ready' ? 'created' : (next ?? entry.state);
    return record(draft, { type: 'payment.tracked', payment: { ...entry, state, send }, place });
  }
  if (operation.kind === 'binding') {
    const { entry } = operation;
    const state = next === 'ready' ? 'created' : (next ?? entry.state);
    return record(draft, { type: 'binding.tracked', binding: { ...entry, state, send } });
  }
  const { entry } = operation;
  const state = next === 'ready' ? 'requested' : (next ?? entry.state);
  return record(draft, { type: 'refund.tracked', refund: { ...entry, state, send }, closed: false });
}
