import type { PastPayment, PastRefund } from '../model/context.ts';
import type { Difference } from '../model/difference.ts';
import type { Instant } from '../model/instant.ts';
import type { ProviderObject } from '../model/provider.ts';
import type { Subscriber } from '../model/subscriber.ts';
import { bookedPayment, bookedRefund } from './booked.ts';
import { comparePayment } from './compare-payment.ts';
import { compareRefund } from './compare-refund.ts';

/** What the read models say about an object of the provider and about its payment. */
export type Past = { readonly payment: PastPayment | null; readonly refunds: readonly PastRefund[] };

/**
 * How the provider's object differs from our books; null where they agree. Without a document the read models alone are
 * compared, which may lag: what they show counts once the document shows it too.
 */
export function findDifference(
  state: Subscriber | null,
  past: Past,
  theirs: ProviderObject,
  now: Instant,
): Difference | null {
  const paymentId = theirs.metadata.paymentId ?? past.payment?.paymentId ?? null;
  const payment = bookedPayment(state, paymentId, past.payment);
  const refund = theirs.object === 'refund' ? bookedRefund(state, theirs, past.refunds) : null;
  const kind =
    theirs.object === 'payment' ? comparePayment(payment, theirs, now) : compareRefund(refund, payment, theirs);
  if (kind === null) return null;
  const ours = theirs.object === 'payment' ? payment : refund;
  return {
    kind,
    subject: { object: theirs.object, id: theirs.id },
    ours: ours === null ? null : { state: ours.state, amount: ours.amount },
    theirs: { state: theirs.status, amount: theirs.amount },
  };
}

/** Ours, and the provider has no such object. */
export const absentThere = (subject: Difference['subject'], ours: NonNullable<Difference['ours']>): Difference => ({
  kind: 'absent_there',
  subject,
  ours,
  theirs: null,
});
