import type { CapturedPayment } from '../model/payment.ts';
import { mayBeRetried } from '../model/payment-states.ts';
import type { Subscriber } from '../model/subscriber.ts';
import type { Past } from '../reconciliation/find-difference.ts';

/**
 * What went back, or is on its way, of a payment that the document has forgotten. A failed attempt in the read models
 * counts only where the document still holds its refund, which is requested again.
 */
export function refundedBefore(
  state: Subscriber,
  { refunds }: Past,
  paymentId: string,
): Required<Pick<CapturedPayment, 'refundedMinor' | 'refundsMade'>> {
  const known = refunds.filter((refund) => refund.paymentId === paymentId);
  const held = state.refunds.filter((refund) => refund.paymentId === paymentId && mayBeRetried(refund));
  const back = [...known.filter((refund) => !mayBeRetried(refund)), ...held];
  return {
    refundedMinor: back.reduce((sum, { amount }) => sum + amount.amountMinor, 0),
    refundsMade: Math.max(0, ...known.map(({ refundNo = 1 }) => refundNo)),
  };
}
