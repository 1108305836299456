import { describePurchase } from '../../domain/model/describe.ts';
import { type Instant, toIsoOrNull } from '../../domain/model/instant.ts';
import type { Payment, Refund } from '../../domain/model/payment.ts';
import { expectedArrival } from '../../domain/payment/refund-arrival.ts';
import type { HistoryPayment, HistoryRefund } from '../ports/history.ts';
import type { NoticeReport } from '../ports/notice-reports.ts';
import type { ReadModelRow, ReceiptRecord, WhyPaid } from '../ports/outbox.ts';
import { tariffNames } from './why-paid.ts';

/** The fields of a payment that a read model stores, independent of how the store spells them. */
export type KeptPayment = Omit<Payment, 'send' | 'confirmationUrl' | 'returnUrlHash' | 'createdRealAt'> &
  Pick<Extract<ReadModelRow, { model: 'payments' }>, 'reason' | 'capturedAt' | 'method' | 'why'>;

/** The fields of a refund that history needs, and when its state was saved. */
export type KeptRefund = Pick<
  Refund,
  'id' | 'paymentId' | 'amount' | 'state' | 'retryAt' | 'createdAt' | 'firstRequestedAt'
> &
  Pick<Extract<ReadModelRow, { model: 'refunds' }>['row'], 'reason'> & { readonly at: Instant };

/** The fields of a receipt that history needs. */
export type KeptReceipt = Pick<ReceiptRecord, 'id' | 'paymentId' | 'kind' | 'state'>;

/** The fields of a report that history needs. */
export type KeptReport = Pick<NoticeReport, 'noticeId' | 'deliveredAt' | 'channel'>;

/** What is kept beside the payments. */
export type KeptBeside = {
  readonly refunds: readonly KeptRefund[];
  readonly receipts: readonly KeptReceipt[];
  readonly reports: readonly KeptReport[];
};

const purposeOf = ({ purchase, periodKey }: KeptPayment): string =>
  purchase === null
    ? `Продление подписки, период ${periodKey.replace('period:', '')}`
    : describePurchase(purchase.tariff);

/** A failed refund is still under way while a retry is planned. */
const isUnderWay = ({ state, retryAt }: KeptRefund): boolean =>
  state !== 'succeeded' && (state !== 'failed' || retryAt !== null);

const sum = (refunds: readonly KeptRefund[]): number =>
  refunds.reduce((total, { amount }) => total + amount.amountMinor, 0);

/** How far the receipt of the payment or refund has come; null where none is made. */
const receiptOf = (
  receipts: readonly KeptReceipt[],
  kind: KeptReceipt['kind'],
  id: string,
): KeptReceipt['state'] | null => receipts.find((receipt) => receipt.kind === kind && receipt.id === id)?.state ?? null;

const historyRefund = (refund: KeptRefund, receipts: readonly KeptReceipt[]): HistoryRefund => ({
  ...{ id: refund.id, amount: refund.amount, state: refund.state, reason: refund.reason },
  requestedAt: refund.firstRequestedAt,
  expectedBy: expectedArrival(refund, refund.at),
  receipt: receiptOf(receipts, 'refund', refund.id),
});

/** A row of an earlier version says why a purchase was made, and of a charge nothing. */
function whyOf({ why, purchase }: KeptPayment): WhyPaid | null {
  if (why !== undefined) return why;
  return purchase === null ? null : { tariff: tariffNames(purchase.tariff), notice: null, period: null };
}

function deliveryOf({ why }: KeptPayment, reports: readonly KeptReport[]): HistoryPayment['noticeDelivered'] {
  const report = reports.find(({ noticeId }) => noticeId === why?.notice?.id);
  return report === undefined ? null : { deliveredAt: report.deliveredAt, channel: report.channel };
}

function historyPayment(kept: KeptPayment, { refunds, receipts, reports }: KeptBeside): HistoryPayment {
  const { id, amount, paySystem, providerPaymentId, createdAt } = kept;
  const { kind, subscriptionId, periodKey, attemptNo, reason, method, capturedAt } = kept;
  const card = method === null ? null : { title: method.title, last4: method.last4 };
  const detail = {
    kind,
    subscriptionId,
    periodKey,
    attemptNo,
    reason,
    capturedAt: toIsoOrNull(capturedAt),
    method: card,
  };
  const refundedMinor = sum(refunds.filter(({ state }) => state === 'succeeded'));
  const refundingMinor = sum(refunds.filter(isUnderWay));
  const receipt = receiptOf(receipts, 'payment', id);
  const returned = refundedMinor > 0 ? 'refunded' : kept.state;
  return {
    ...{ id, kind, subscriptionId, attemptNo, amount, paySystem, providerPaymentId, createdAt, capturedAt, method },
    state: refundingMinor > 0 ? 'refunding' : returned,
    purpose: purposeOf(kept),
    reason: reason ?? kept.watchedBecause,
    failureReason: reason,
    ...{ refundedMinor, refundingMinor },
    refunds: refunds
      .toSorted((one, other) => one.firstRequestedAt - other.firstRequestedAt)
      .map((refund) => historyRefund(refund, receipts)),
    receipt,
    why: whyOf(kept),
    noticeDelivered: deliveryOf(kept, reports),
    consent: kept.consent ?? null,
    detail: { ...detail, refundedMinor, refundingMinor, receipt },
  };
}

/** Payments as history shows them, with their refunds. */
export const historyPayments = (
  payments: readonly KeptPayment[],
  { refunds, receipts, reports }: KeptBeside,
): readonly HistoryPayment[] =>
  payments.map((kept) =>
    historyPayment(kept, {
      refunds: refunds.filter(({ paymentId }) => paymentId === kept.id),
      receipts: receipts.filter(({ paymentId }) => paymentId === kept.id),
      reports,
    }),
  );
