import { chargebackId } from '../model/chargeback-id.ts';
import type { Past } from '../reconciliation/find-difference.ts';
import type { CapturedPayment } from '../model/payment.ts';
import type { Subscriber } from '../model/subscriber.ts';
import { hasMoved } from '../model/payment-states.ts';
import { externalMinor } from './external-refunds.ts';
import { requestedMinorOf } from './own-refunds.ts';

/** How much of the payment counts as charged back so far. One that was won counts as nothing. */
export function chargedBackMinor({ externalRefunds }: Subscriber, paymentId: string, past: Past | null): number {
  const id = chargebackId(paymentId);
  const held = externalRefunds.find(({ providerRefundId }) => providerRefundId === id);
  if (held !== undefined) return held.amountMinor;
  const row = past?.refunds.find(({ refundId }) => refundId === id);
  return row !== undefined && hasMoved(row) ? row.amount.amountMinor : 0;
}

/** The sum of refunds and chargeback of the payment, with this one; above what was captured where the money left twice. */
export function sumWithChargeback(
  state: Subscriber,
  capture: CapturedPayment,
  { beforeMinor, nowMinor }: { readonly beforeMinor: number; readonly nowMinor: number },
): number {
  const { paymentId, capturedMinor } = capture;
  const others = externalMinor(state, paymentId) - (externalOf(state, paymentId) ?? 0);
  // The sum so far was capped where the money had left twice: what surely went back is its floor.
  const floorMinor = Math.min(capturedMinor, requestedMinorOf(state, capture) + others);
  return Math.max(floorMinor, capture.refundedMinor - beforeMinor) + nowMinor;
}

const externalOf = ({ externalRefunds }: Subscriber, paymentId: string): number | undefined =>
  externalRefunds.find(({ providerRefundId }) => providerRefundId === chargebackId(paymentId))?.amountMinor;
