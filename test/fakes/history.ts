import { historyPayments } from '../../src/application/outbox/history-payment.ts';
import type { PaymentHistory } from '../../src/application/ports/history.ts';
import type { MemoryReadModels } from './read-models.ts';

export function createMemoryHistory({ rows }: Pick<MemoryReadModels, 'rows'>): PaymentHistory {
  return {
    findUser: (id) =>
      Promise.resolve(
        rows().find((row) => row.id === id && (row.model === 'payments' || row.model === 'refunds'))?.userId ?? null,
      ),
    list: ({ userId, limit, page }) => {
      const payments = rows()
        .filter((row) => row.model === 'payments')
        .filter((row) => row.userId === userId)
        .sort((a, b) => b.row.createdAt - a.row.createdAt || (a.id < b.id ? 1 : -1))
        .slice((page - 1) * limit, page * limit)
        .map(({ row, reason, capturedAt, method }) => ({ ...row, reason, capturedAt, method }));
      const refunds = rows().flatMap((row) => (row.model === 'refunds' ? [row.row] : []));
      const receipts = rows().flatMap((row) => (row.model === 'receipts' ? [row.row] : []));
      return Promise.resolve(historyPayments(payments, refunds, receipts));
    },
  };
}
