import { historyPayments } from '../../application/history-payment.ts';
import type { PaymentHistory } from '../../application/ports/history.ts';
import type { MemoryLedgers } from './ledgers.ts';

export function createMemoryHistory({ rows }: Pick<MemoryLedgers, 'rows'>): PaymentHistory {
  return {
    list: ({ userId, limit, page }) => {
      const payments = rows()
        .filter((row) => row.ledger === 'payments')
        .filter((row) => row.userId === userId)
        .sort((a, b) => b.row.createdAt - a.row.createdAt || (a.id < b.id ? 1 : -1))
        .slice((page - 1) * limit, page * limit)
        .map(({ row, reason, capturedAt, method }) => ({ ...row, reason, capturedAt, method }));
      const refunds = rows().flatMap((row) => (row.ledger === 'refunds' ? [row.row] : []));
      return Promise.resolve(historyPayments(payments, refunds));
    },
  };
}
