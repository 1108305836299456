import type { PastRefund } from '../model/context.ts';
import type { CapturedPayment } from '../model/payment.ts';
import { mayBeRetried } from '../model/payment-states.ts';
import type { Subscriber } from '../model/subscriber.ts';
import type { Past } from '../reconciliation/find-difference.ts';
import { externalMinor } from './external-refunds.ts';
import { refundsUnderWay, sumMinor } from './own-refunds.ts';

type Sums = Required<Pick<CapturedPayment, 'refundedMinor' | 'refundsMade' | 'requestedMinor'>>;

/** The history names a refund of the cabinet as the provider does. */
const isExternal = ({ refundId, providerRefundId }: PastRefund): boolean => refundId === providerRefundId;

/**
 * What went back, or is on its way, of a payment that the document has forgotten. The document and the read models may both
 * have a refund, which counts once: as the document has it. A failed attempt that only the read models have was replaced.
 */
export function refundedBefore(state: Subscriber, { refunds }: Past, paymentId: string): Sums {
  const held = refundsUnderWay(state, paymentId);
  const known = new Set([
    ...held.map(({ id }) => id),
    ...state.externalRefunds.map((refund) => refund.providerRefundId),
  ]);
  const rows = refunds.filter((refund) => refund.paymentId === paymentId);
  const past = rows.filter((refund) => !known.has(refund.refundId) && !mayBeRetried(refund));
  const requestedMinor = sumMinor([...held, ...past.filter((refund) => !isExternal(refund))]);
  const numbered = [...held, ...rows.filter((refund) => !isExternal(refund))];
  return {
    requestedMinor,
    refundedMinor: requestedMinor + externalMinor(state, paymentId) + sumMinor(past.filter(isExternal)),
    refundsMade: Math.max(0, ...numbered.map(({ refundNo = 1 }) => refundNo)),
  };
}
