import { trusted } from 'mongoose';
import {
  historyPayments,
  type KeptPayment,
  type KeptReceipt,
  type KeptReport,
  type KeptRefund,
} from '../../application/outbox/history-payment.ts';
import type { HistoryPayment, HistoryPlace, PaymentHistory } from '../../application/ports/history.ts';
import type { Models } from './models/open-models.ts';
import type { NoticeReportRow } from './models/notice-reports.ts';
import type { PaymentRow } from './models/payments.ts';
import type { ReceiptRow } from './models/receipts.ts';
import type { RefundRow } from './models/refunds.ts';
import { askStore } from './store-fault.ts';

const keptPayment = ({ _id: id, createdAt, capturedAt, ...row }: PaymentRow): KeptPayment => ({
  ...row,
  ...{ id, createdAt: createdAt.getTime(), capturedAt: capturedAt?.getTime() ?? null },
});

const keptRefund = ({ _id: id, createdAt, updatedAt, ...row }: RefundRow): KeptRefund => ({
  ...row,
  ...{ id, createdAt: createdAt.getTime(), at: updatedAt.getTime(), retryAt: row.retryAt ?? null },
});

const keptReceipt = ({ _id: id, paymentId, kind, state }: ReceiptRow): KeptReceipt => ({ id, paymentId, kind, state });

const keptReport = ({ _id: noticeId, deliveredAt, channel }: NoticeReportRow): KeptReport => ({
  ...{ noticeId, deliveredAt: deliveredAt.getTime(), channel },
});

/** What comes after the place in the order of (`createdAt`, `_id`), newest first. */
const olderThan = ({ at, id }: HistoryPlace) => ({
  $or: trusted([{ createdAt: trusted({ $lt: new Date(at) }) }, { createdAt: new Date(at), _id: trusted({ $lt: id }) }]),
});

type Owned = { readonly userId?: string };

/** The payments with their refunds, receipts and delivered notices, in the order of the rows. */
async function withRefunds(
  { refunds, receipts, noticeReports }: Models,
  rows: readonly PaymentRow[],
): Promise<readonly HistoryPayment[]> {
  const ofThese = { paymentId: trusted({ $in: rows.map(({ _id }) => _id) }) };
  const named = rows.flatMap(({ why }) => why?.notice?.id ?? []);
  const [kept, made, reported] = await Promise.all([
    refunds.find(ofThese).lean<RefundRow[]>(),
    receipts.find(ofThese).lean<ReceiptRow[]>(),
    named.length === 0 ? [] : noticeReports.find({ _id: trusted({ $in: named }) }).lean<NoticeReportRow[]>(),
  ]);
  return historyPayments(rows.map(keptPayment), {
    refunds: kept.map(keptRefund),
    receipts: made.map(keptReceipt),
    reports: reported.map(keptReport),
  });
}

/** Payments out of the read models. */
export const createPaymentHistory = (models: Models): PaymentHistory => ({
  findOne: (paymentId) =>
    askStore(async () => {
      // A row of version 0 has only the mark of a refund: its payment is not written yet.
      const row = await models.payments.findOne({ _id: paymentId, version: trusted({ $gt: 0 }) }).lean<PaymentRow>();
      if (row === null) return null;
      const [payment] = await withRefunds(models, [row]);
      return payment === undefined ? null : { ...payment, userId: row.userId };
    }),
  findUser: (operationId) =>
    askStore(async () => {
      const { payments, refunds } = models;
      const [filter, fields] = [{ _id: operationId }, { userId: 1 }];
      const payment = await payments.findOne(filter, fields).lean<Owned>();
      // The mark of a refund may be written before its payment, and has no user.
      return payment?.userId ?? (await refunds.findOne(filter, fields).lean<Owned>())?.userId ?? null;
    }),
  list: ({ userId, limit, page = 1, after = null }) =>
    askStore(async () => {
      const rows = await models.payments
        .find({ userId, ...(after === null ? {} : olderThan(after)) })
        .sort({ createdAt: -1, _id: -1 })
        .skip((page - 1) * limit)
        .limit(limit)
        .lean<PaymentRow[]>();
      return withRefunds(models, rows);
    }),
});
