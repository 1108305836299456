import type { Db } from 'mongodb';
import { historyPayments, type KeptPayment, type KeptRefund } from '../../application/history-payment.ts';
import type { PaymentHistory } from '../../application/ports/history.ts';
import { askStore } from './store-fault.ts';

type Row = Omit<KeptPayment, 'id' | 'createdAt' | 'capturedAt'> & {
  readonly _id: string;
  readonly userId: string;
  readonly createdAt: Date;
  readonly capturedAt: Date | null;
};

const keptPayment = ({ _id: id, createdAt, capturedAt, ...row }: Row): KeptPayment => ({
  ...row,
  ...{ id, createdAt: createdAt.getTime(), capturedAt: capturedAt?.getTime() ?? null },
});

/** Payments of a user, newest first, out of the read models. */
export const createPaymentHistory = (db: Db): PaymentHistory => ({
  list: ({ userId, limit, page }) =>
    askStore(async () => {
      const rows = await db
        .collection<Row>('payments')
        .find({ userId })
        .sort({ createdAt: -1, _id: -1 })
        .skip((page - 1) * limit)
        .limit(limit)
        .toArray();
      const refunds = await db
        .collection<KeptRefund>('refunds')
        .find({ paymentId: { $in: rows.map(({ _id }) => _id) } })
        .toArray();
      return historyPayments(rows.map(keptPayment), refunds);
    }),
});
