import type { ExternalRefund } from '../model/payment.ts';
import type { Subscriber } from '../model/subscriber.ts';

const of = ({ externalRefunds }: Subscriber, paymentId: string): readonly ExternalRefund[] =>
  externalRefunds.filter((refund) => refund.paymentId === paymentId);

/** How much of the payment went back by refunds of the provider's cabinet. */
export const externalMinor = (state: Subscriber, paymentId: string): number =>
  of(state, paymentId).reduce((sum, { amountMinor }) => sum + amountMinor, 0);

/** How much was captured, as its refunds of the cabinet have it; null where there are none. */
export const capturedByExternal = (state: Subscriber, paymentId: string): number | null =>
  of(state, paymentId)[0]?.capturedMinor ?? null;
