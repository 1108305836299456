import type { Context } from '../model/context.ts';
import { type Draft, record } from '../decision/draft.ts';
import type { CapturedPayment } from '../model/payment.ts';
import { hasMoved } from '../model/payment-states.ts';
import type { Past } from '../reconciliation/find-difference.ts';
import { pastCapture } from './past-capture.ts';

/** The money of a payment of this subscriber, and the draft that remembers it. */
export type FoundCapture = { readonly draft: Draft; readonly capture: CapturedPayment };

const inDocument = ({ state }: Draft, paymentId: string): CapturedPayment | undefined =>
  state.captures.find((capture) => capture.paymentId === paymentId);

/**
 * The capture of the document, else of the books: staff may order about a payment of years ago. Null where the payment
 * has no money of the subscriber.
 */
export function findCapture(draft: Draft, paymentId: string, past: Past | null, context: Context): FoundCapture | null {
  const held = inDocument(draft, paymentId);
  if (held !== undefined) return { draft, capture: held };
  const { payment = null, refunds = [] } = past ?? {};
  if (payment?.providerPaymentId == null || !hasMoved(payment)) return null;
  const taken = { id: payment.providerPaymentId, amount: payment.amount };
  const capture = pastCapture(draft.state, taken, { payment, refunds }, context);
  return { draft: record(draft, { type: 'capture.recorded', capture, isOld: true }), capture };
}
