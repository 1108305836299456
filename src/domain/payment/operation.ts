import { type Draft, record } from '../decision/draft.ts';
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
/** A payment or refund that is not closed. Both follow the same rules for sends, pauses and status checks. */
export type Operation = PaymentOperation | RefundOperation;

export const operationsOf = ({ payment, watched, refunds }: Subscriber): readonly Operation[] => [
  ...(payment === null ? [] : [{ kind: 'payment' as const, entry: payment, place: 'open' as const }]),
  ...watched.map((entry) => ({ kind: 'payment' as const, entry, place: 'watched' as const })),
  ...refunds.map((entry) => ({ kind: 'refund' as const, entry })),
];

/** The operation, wherever the document holds it; null when it is closed. */
export const findOperation = (state: Subscriber, { kind, id }: Subject): Operation | null =>
  operationsOf(state).find((operation) => operation.kind === kind && operation.entry.id === id) ?? null;

export const subjectOf = ({ kind, entry }: Operation): Subject => ({ kind, id: entry.id });

/** The provider's id; null before its first answer. */
export const providerIdOf = ({ kind, entry }: Operation): string | null =>
  kind === 'payment' ? entry.providerPaymentId : entry.providerRefundId;

/** The operation with the provider's id, after an object that agrees with our request. */
export const withProviderId = <Kind extends Operation>(operation: Kind, providerId: string): Kind => ({
  ...operation,
  entry: {
    ...operation.entry,
    send: { ...operation.entry.send, distrusted: null },
    [operation.kind === 'payment' ? 'providerPaymentId' : 'providerRefundId']: providerId,
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
  const { entry } = operation;
  const state = next === 'ready' ? 'requested' : (next ?? entry.state);
  return record(draft, { type: 'refund.tracked', refund: { ...entry, state, send }, closed: false });
}
