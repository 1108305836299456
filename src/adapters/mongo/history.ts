import type { Db } from 'mongodb';
import type { HistoryPayment, PaymentHistory } from '../../application/ports/history.ts';
import { describePurchase } from '../../domain/describe.ts';
import type { Money } from '../../domain/money.ts';
import type { Purchase } from '../../domain/payment.ts';
import { askStore } from './store-fault.ts';

type Row = {
  readonly _id: string;
  readonly userId: string;
  readonly kind: string;
  readonly subscriptionId: string;
  readonly purchase: Purchase | null;
  readonly paySystem: string;
  readonly periodKey: string;
  readonly attemptNo: number;
  readonly amount: Money;
  readonly state: string;
  readonly providerPaymentId: string | null;
  readonly reason: string | null;
  readonly capturedAt: Date | null;
  readonly method: { readonly title: string | null; readonly last4: string | null } | null;
  readonly createdAt: Date;
};

const purposeOf = ({ purchase, periodKey }: Row): string =>
  purchase === null
    ? `Продление подписки, период ${periodKey.replace('period:', '')}`
    : describePurchase(purchase.tariff);

const historyPayment = (row: Row): HistoryPayment => ({
  id: row._id,
  amountMinor: row.amount.amountMinor,
  currency: row.amount.currency,
  paySystem: row.paySystem,
  state: row.state,
  purpose: purposeOf(row),
  providerPaymentId: row.providerPaymentId,
  detail: {
    kind: row.kind,
    subscriptionId: row.subscriptionId,
    periodKey: row.periodKey,
    attemptNo: row.attemptNo,
    reason: row.reason,
    capturedAt: row.capturedAt?.toISOString() ?? null,
    method: row.method,
  },
  createdAt: row.createdAt.getTime(),
});

/** Payments of a user, newest first, out of the ledger. */
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
      return rows.map(historyPayment);
    }),
});
