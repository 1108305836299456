import { trusted } from 'mongoose';
import {
  historyPayments,
  type KeptPayment,
  type KeptReceipt,
  type KeptRefund,
} from '../../application/outbox/history-payment.ts';
import type { PaymentHistory } from '../../application/ports/history.ts';
import type { Models } from './models/open-models.ts';
import type { PaymentRow } from './models/payments.ts';
import { askStore } from './store-fault.ts';

const keptPayment = ({ _id: id, createdAt, capturedAt, ...row }: PaymentRow): KeptPayment => ({
  ...row,
  ...{ id, createdAt: createdAt.getTime(), capturedAt: capturedAt?.getTime() ?? null },
});

type Owned = { readonly userId?: string };

/** Payments out of the read models. */
export const createPaymentHistory = ({ payments, refunds, receipts }: Models): PaymentHistory => ({
  findUser: (operationId) =>
    askStore(async () => {
      const [filter, fields] = [{ _id: operationId }, { userId: 1 }];
      const payment = await payments.findOne(filter, fields).lean<Owned>();
      // The mark of a refund may be written before its payment, and has no user.
      return payment?.userId ?? (await refunds.findOne(filter, fields).lean<Owned>())?.userId ?? null;
    }),
  list: ({ userId, limit, page }) =>
    askStore(async () => {
      const rows = await payments
        .find({ userId })
        .sort({ createdAt: -1, _id: -1 })
        .skip((page - 1) * limit)
        .limit(limit)
        .lean<PaymentRow[]>();
      const ofThese = { paymentId: trusted({ $in: rows.map(({ _id }) => _id) }) };
      const [kept, made] = await Promise.all([
        refunds.find(ofThese).lean<KeptRefund[]>(),
        receipts.find(ofThese).lean<KeptReceipt[]>(),
      ]);
      return historyPayments(rows.map(keptPayment), kept, made);
    }),
});
