import { historyPayment } from '../../application/history-payment.ts';
import type { PaymentHistory } from '../../application/ports/history.ts';
import type { MemoryLedgers } from './ledgers.ts';

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
          .map(({ row, reason, capturedAt, method }) => historyPayment({ ...row, reason, capturedAt, method })),
      ),
  };
}
