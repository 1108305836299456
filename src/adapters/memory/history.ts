import type { HistoryPayment, PaymentHistory } from '../../application/ports/history.ts';
import { describePurchase } from '../../domain/describe.ts';
import type { MemoryLedgers, PaymentRow } from './ledgers.ts';

export function createMemoryHistory(ledgers: MemoryLedgers): PaymentHistory {
  return {
    list: ({ userId, limit, page }) =>
      Promise.resolve(
        ledgers
          .rows()
          .filter((row) => row.ledger === 'payments')
          .filter((row) => row.userId === userId)
          .sort((a, b) => b.row.createdAt - a.row.createdAt || (a.id < b.id ? 1 : -1))
          .slice((page - 1) * limit, page * limit)
          .map(historyPayment),
      ),
  };
}

const purposeOf = ({ purchase, periodKey }: PaymentRow['row']): string =>
  purchase === null
    ? `Продление подписки, период ${periodKey.replace('period:', '')}`
    : describePurchase(purchase.tariff);

const historyPayment = ({ id, row, reason, capturedAt, method }: PaymentRow): HistoryPayment => ({
  id,
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
    reason,
    capturedAt: capturedAt === null ? null : new Date(capturedAt).toISOString(),
    method,
  },
  createdAt: row.createdAt,
});
