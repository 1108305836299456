import { describePurchase } from '../../domain/model/describe.ts';
import { toIsoOrNull } from '../../domain/model/instant.ts';
import type { Payment, Refund } from '../../domain/model/payment.ts';
import type { HistoryPayment } from '../ports/history.ts';
import type { ReadModelRow, ReceiptRecord } from '../ports/outbox.ts';

/** The fields of a payment that a read model stores, independent of how the store spells them. */
export type KeptPayment = Omit<Payment, 'send' | 'confirmationUrl' | 'returnUrlHash' | 'createdRealAt'> &
  Pick<Extract<ReadModelRow, { model: 'payments' }>, 'reason' | 'capturedAt' | 'method'>;

/** The fields of a refund that history needs. */
export type KeptRefund = Pick<Refund, 'paymentId' | 'amount' | 'state' | 'retryAt'>;

/** The fields of a receipt that history needs. */
export type KeptReceipt = Pick<ReceiptRecord, 'paymentId' | 'kind' | 'state'>;

const purposeOf = ({ purchase, periodKey }: KeptPayment): string =>
  purchase === null
    ? `Продление подписки, период ${periodKey.replace('period:', '')}`
    : describePurchase(purchase.tariff);

/** A failed refund is still under way while a retry is planned. */
const isUnderWay = ({ state, retryAt }: KeptRefund): boolean =>
  state !== 'succeeded' && (state !== 'failed' || retryAt !== null);

const sum = (refunds: readonly KeptRefund[]): number =>
  refunds.reduce((total, { amount }) => total + amount.amountMinor, 0);

function historyPayment(
  kept: KeptPayment,
  refunds: readonly KeptRefund[],
  receipts: readonly KeptReceipt[],
): HistoryPayment {
  const { id, paySystem, providerPaymentId, createdAt } = kept;
  const { kind, subscriptionId, periodKey, attemptNo, reason, method } = kept;
  const capturedAt = toIsoOrNull(kept.capturedAt);
  const refundedMinor = sum(refunds.filter(({ state }) => state === 'succeeded'));
  const refundingMinor = sum(refunds.filter(isUnderWay));
  const receipt = receipts.find((one) => one.kind === 'payment')?.state ?? null;
  const returned = refundedMinor > 0 ? 'refunded' : kept.state;
  return {
    ...{ id, ...kept.amount, paySystem, providerPaymentId, createdAt },
    state: refundingMinor > 0 ? 'refunding' : returned,
    purpose: purposeOf(kept),
    detail: {
      kind,
      subscriptionId,
      periodKey,
      attemptNo,
      reason,
      capturedAt,
      method,
      refundedMinor,
      refundingMinor,
      receipt,
    },
  };
}

/** Payments as history shows them, with their refunds. */
export const historyPayments = (
  payments: readonly KeptPayment[],
  refunds: readonly KeptRefund[],
  receipts: readonly KeptReceipt[] = [],
): readonly HistoryPayment[] =>
  payments.map((kept) =>
    historyPayment(
      kept,
      refunds.filter(({ paymentId }) => paymentId === kept.id),
      receipts.filter(({ paymentId }) => paymentId === kept.id),
    ),
  );
