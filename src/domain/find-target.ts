import type { Payment } from './payment.ts';
import type { Subscriber } from './subscriber.ts';

/** A payment of the document and where it stands: honoured when it succeeds, or given back. */
export type Target = { readonly payment: Payment; readonly place: 'open' | 'watched' };

/** The payment by its id, wherever the document holds it; null when it is closed. */
export function findTarget(state: Subscriber, id: string | null): Target | null {
  if (id === null) return null;
  if (state.payment?.id === id) return { payment: state.payment, place: 'open' };
  const payment = state.watched.find((candidate) => candidate.id === id);
  return payment === undefined ? null : { payment, place: 'watched' };
}
