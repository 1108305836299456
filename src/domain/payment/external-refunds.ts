import type { Refund } from '../model/payment.ts';
import type { Subscriber } from '../model/subscriber.ts';

const of = ({ externalRefunds }: Subscriber, paymentId: string) =>
  externalRefunds.filter((refund) => refund.paymentId === paymentId);

/** How much of the payment went back by refunds of the provider's cabinet. */
export const externalMinor = (state: Subscriber, paymentId: string): number =>
  of(state, paymentId).reduce((sum, { amountMinor }) => sum + amountMinor, 0);

/** How much of a failed refund is still ours to give back: staff may have refunded its payment meanwhile. */
export function leftOf(state: Subscriber, { paymentId, amount: { amountMinor } }: Refund): number {
  const [external] = of(state, paymentId);
  if (external === undefined) return amountMinor;
  return Math.min(amountMinor, external.capturedMinor - externalMinor(state, paymentId));
}
