import { trusted } from 'mongoose';
import { historyPayments, type KeptPayment, type KeptRefund } from '../../application/outbox/history-payment.ts';
import type { PaymentHistory } from '../../application/ports/history.ts';
import type { Models } from './models/open-models.ts';
import type { PaymentRow } from './models/payments.ts';
import { askStore } from './store-fault.ts';

const keptPayment = ({ _id: id, createdAt, capturedAt, ...row }: PaymentRow): KeptPayment => ({
  ...row,
  ...{ id, createdAt: createdAt.getTime(), capturedAt: capturedAt?.getTime() ?? null },
});

/** Payments of a user, newest first, out of the read models. */
export const createPaymentHistory = ({ payments, refunds }: Models): PaymentHistory => ({
  list: ({ userId, limit, page }) =>
    askStore(async () => {
      const rows = await payments
        .find({ userId })
        .sort({ createdAt: -1, _id: -1 })
        .skip((page - 1) * limit)
        .limit(limit)
        .lean<PaymentRow[]>();
      const kept = await refunds.find({ paymentId: trusted({ $in: rows.map(({ _id }) => _id) }) }).lean<KeptRefund[]>();
      return historyPayments(rows.map(keptPayment), kept);
    }),
});
