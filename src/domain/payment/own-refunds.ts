import type { CapturedPayment, Refund } from '../model/payment.ts';
import { mayBeRetried } from '../model/payment-states.ts';
import type { Policy } from '../model/policy.ts';
import type { Subscriber } from '../model/subscriber.ts';
import { refundableMinor } from '../subscription/unused-part.ts';
import { capturedByExternal, externalMinor } from './external-refunds.ts';

export const sumMinor = (refunds: readonly Pick<Refund, 'amount'>[]): number =>
  refunds.reduce((sum, { amount }) => sum + amount.amountMinor, 0);

/** Our refunds of the payment that have not succeeded yet. */
export const refundsUnderWay = ({ refunds }: Subscriber, paymentId: string): readonly Refund[] =>
  refunds.filter((refund) => refund.paymentId === paymentId);

/** How much our own refunds of the payment add up to: what the cabinet gave back is not among it. */
export const requestedMinorOf = (state: Subscriber, capture: CapturedPayment): number =>
  capture.requestedMinor ??
  Math.max(
    sumMinor(refundsUnderWay(state, capture.paymentId)),
    capture.refundedMinor - externalMinor(state, capture.paymentId),
  );

/** Where an earlier version saved the capture, it made one refund at most. */
export const refundsMadeOf = (state: Subscriber, capture: CapturedPayment): number =>
  capture.refundsMade ?? (requestedMinorOf(state, capture) > 0 ? 1 : 0);

/** What is left of a payment beside the refunds that succeeded or are open; null where the document does not know. */
function leftOf(state: Subscriber, paymentId: string): number | null {
  const capture = state.captures.find((candidate) => candidate.paymentId === paymentId);
  const capturedMinor = capture?.capturedMinor ?? capturedByExternal(state, paymentId);
  if (capturedMinor === null) return null;
  const ours = refundsUnderWay(state, paymentId);
  const openMinor = sumMinor(ours.filter((refund) => !mayBeRetried(refund)));
  const requestedMinor = capture === undefined ? 0 : requestedMinorOf(state, capture);
  const ownMinor = Math.max(openMinor, requestedMinor - sumMinor(ours.filter(mayBeRetried)));
  return capturedMinor - externalMinor(state, paymentId) - ownMinor;
}

/**
 * What the next attempt of a failed refund asks for: the cabinet and our other refunds may have left less or no remainder.
 * `recalledMinor`: what others of our refunds gave back before a restore, which the document does not hold yet.
 */
export function retryMinor(
  state: Subscriber,
  { paymentId, amount: { amountMinor } }: Refund,
  recalledMinor: number,
  policy: Policy,
): number {
  const leftMinor = leftOf(state, paymentId);
  return leftMinor === null ? amountMinor : refundableMinor(amountMinor, leftMinor - recalledMinor, policy);
}
