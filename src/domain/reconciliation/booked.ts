import type { PastPayment, PastRefund } from '../model/context.ts';
import { isOver, mayBeRetried } from '../model/payment-states.ts';
import type { CapturedPayment, Payment } from '../model/payment.ts';
import type { ProviderRefund } from '../model/provider.ts';
import { namesRefund } from '../model/refund-name.ts';
import type { Subscriber } from '../model/subscriber.ts';

/** What our books say about a payment. */
export type BookedPayment = Pick<
  PastPayment,
  'state' | 'amount' | 'providerPaymentId' | 'isRefunded' | 'isDuplicate' | 'capturedAt'
>;
export type BookedRefund = Pick<PastRefund, 'refundId' | 'state' | 'amount' | 'providerRefundId'>;

const ofPayment = ({ state, amount, providerPaymentId }: Payment): BookedPayment => ({
  ...{ state, amount, providerPaymentId },
  ...{ isRefunded: false, isDuplicate: false, capturedAt: null },
});

const ofCapture = (capture: CapturedPayment, past: PastPayment | null): BookedPayment => ({
  state: 'succeeded',
  amount: { amountMinor: capture.capturedMinor, currency: capture.currency },
  providerPaymentId: capture.providerPaymentId,
  isRefunded: capture.refundedMinor >= capture.capturedMinor,
  isDuplicate: past?.isDuplicate ?? false,
  capturedAt: past?.capturedAt ?? null,
});

/** The document holds every open payment. One that it lacks is closed without money, whatever the read model says. */
const closed = (past: PastPayment | null): BookedPayment | null =>
  past === null || isOver(past) ? past : { ...past, state: 'aborted' };

/** The payment as the document has it, else as the read model has it; without a document, as the read model alone has it. */
export function bookedPayment(
  state: Subscriber | null,
  paymentId: string | null,
  past: PastPayment | null,
): BookedPayment | null {
  if (state === null) return past;
  const held = [state.payment, ...state.watched].find((payment) => payment?.id === paymentId);
  if (held !== undefined && held !== null) return ofPayment(held);
  const capture = state.captures.find((candidate) => candidate.paymentId === paymentId);
  return capture === undefined ? closed(past) : ofCapture(capture, past);
}

/**
 * Which of our refunds the provider's object is, as the document has it, else as the read model has it: the one with its
 * id or, while our refund has no answer, the open one of the same name.
 */
export function bookedRefund(
  state: Subscriber | null,
  { id, metadata }: ProviderRefund,
  past: readonly PastRefund[],
): BookedRefund | null {
  const held = (state?.refunds ?? []).map((refund) => ({ ...refund, refundId: refund.id }));
  const refunds = [...held, ...past];
  const isOpen = (refund: PastRefund | (typeof held)[number]): boolean =>
    namesRefund(metadata, { ...refund, id: refund.refundId }) &&
    refund.providerRefundId === null &&
    !mayBeRetried(refund);
  return refunds.find(({ providerRefundId }) => providerRefundId === id) ?? refunds.find(isOpen) ?? null;
}
