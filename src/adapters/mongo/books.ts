import { trusted } from 'mongoose';
import type { Books } from '../../application/ports/books.ts';
import type { Models } from './models/open-models.ts';
import type { PaymentRow } from './models/payments.ts';
import type { RefundRow } from './models/refunds.ts';
import { pastPayment, pastRefund } from './past-rows.ts';
import { askStore } from './store-fault.ts';

const within = (from: number, to: number) => trusted({ $gte: new Date(from), $lt: new Date(to) });

/** Our books, out of the read models. Every query uses an index. */
export const createBooks = ({ payments, refunds }: Models): Books => ({
  findPayments: ({ ids, providerIds }) =>
    askStore(async () => {
      const wanted = [
        ...(ids.length === 0 ? [] : [{ _id: trusted({ $in: [...ids] }) }]),
        ...(providerIds.length === 0 ? [] : [{ providerPaymentId: trusted({ $in: [...providerIds] }) }]),
      ];
      if (wanted.length === 0) return [];
      const rows = await payments.find({ $or: wanted }).lean<PaymentRow[]>();
      // A row of version 0 has only the mark of a refund: its payment is not written yet.
      return rows.filter(({ version }) => version > 0).map((row) => ({ ...pastPayment(row), userId: row.userId }));
    }),
  findRefunds: ({ providerIds, paymentIds, providerPaymentIds = [] }) =>
    askStore(async () => {
      const wanted = [
        ...(providerIds.length === 0 ? [] : [{ providerRefundId: trusted({ $in: [...providerIds] }) }]),
        ...(paymentIds.length === 0 ? [] : [{ paymentId: trusted({ $in: [...paymentIds] }) }]),
        ...(providerPaymentIds.length === 0 ? [] : [{ providerPaymentId: trusted({ $in: [...providerPaymentIds] }) }]),
      ];
      if (wanted.length === 0) return [];
      const rows = await refunds.find({ $or: wanted }).lean<RefundRow[]>();
      return rows.map((row) => ({ ...pastRefund(row), providerPaymentId: row.providerPaymentId }));
    }),
  listSucceeded: ({ object, from, to }) =>
    askStore(async () => {
      const filter = { createdRealAt: within(from, to), state: 'succeeded' as const };
      if (object === 'payment') {
        const rows = await payments.find(filter, { userId: 1, providerPaymentId: 1 }).lean<PaymentRow[]>();
        return rows.map((row) => ({ id: row._id, userId: row.userId, providerId: row.providerPaymentId ?? '' }));
      }
      // The provider's list has neither chargebacks nor what staff gave back past it.
      const there = { ...filter, reason: trusted({ $nin: ['chargeback', 'paid_back'] as const }) };
      const rows = await refunds.find(there, { userId: 1, providerRefundId: 1 }).lean<RefundRow[]>();
      return rows.map((row) => ({ id: row._id, userId: row.userId, providerId: row.providerRefundId ?? '' }));
    }),
});
