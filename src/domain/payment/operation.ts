import { type Draft, record } from '../decision/draft.ts';
import type { Subject } from '../model/effect.ts';
import type { Payment, Refund } from '../model/payment.ts';
import type { SendRecord } from '../model/send-record.ts';
import type { Subscriber } from '../model/subscriber.ts';

/** A payment of the document and where it stands: honoured when it succeeds, or given back. */
export type PaymentOperation = {
  readonly kind: 'payment';
  readonly entry: Payment;
  readonly place: 'open' | 'watched';
};
export type RefundOperation = { readonly kind: 'refund'; readonly entry: Refund };
/** What the document still follows at the provider. Both kinds obey the same rules of sending, waiting and looking. */
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

/** What the provider calls it; null before its first answer. */
export const providerIdOf = ({ kind, entry }: Operation): string | null =>
  kind === 'payment' ? entry.providerPaymentId : entry.providerRefundId;

/** The operation after an object of the provider that may be believed. */
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
  /** `ready`: nothing is out, it stands as it did before its first send. */
  readonly state?: 'ready' | 'sending' | 'pending' | 'unknown';
};

/** Saves how far the operation has come, which nobody outside needs to hear of. */
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
