import { historyPayments, type KeptReport } from '../../src/application/outbox/history-payment.ts';
import type { PaymentHistory } from '../../src/application/ports/history.ts';
import type { MemoryReadModels, PaymentRow } from './read-models.ts';

type Kept = Pick<MemoryReadModels, 'rows'> & { readonly reports?: () => readonly KeptReport[] };

export function createMemoryHistory({ rows, reports = () => [] }: Kept): PaymentHistory {
  const withRefunds = (versions: readonly PaymentRow[]) => {
    const payments = versions.map(({ row, reason, capturedAt, method, why }) => ({
      ...row,
      reason,
      capturedAt,
      method,
      ...(why === undefined ? {} : { why }),
    }));
    const refunds = rows().flatMap((row) => (row.model === 'refunds' ? [{ ...row.row, at: row.at }] : []));
    const receipts = rows().flatMap((row) => (row.model === 'receipts' ? [row.row] : []));
    return historyPayments(payments, { refunds, receipts, reports: reports() });
  };
  const versions = (): PaymentRow[] => rows().filter((row) => row.model === 'payments');
  return {
    findOne: (paymentId) => {
      const version = versions().find(({ id }) => id === paymentId);
      const [payment] = version === undefined ? [] : withRefunds([version]);
      return Promise.resolve(
        version === undefined || payment === undefined ? null : { ...payment, userId: version.userId },
      );
    },
    findUser: (id) =>
      Promise.resolve(
        rows().find((row) => row.id === id && (row.model === 'payments' || row.model === 'refunds'))?.userId ?? null,
      ),
    list: ({ userId, limit, page = 1, after = null }) => {
      const listed = versions()
        .filter((row) => row.userId === userId)
        .filter(
          ({ id, row: { createdAt } }) =>
            after === null || createdAt < after.at || (createdAt === after.at && id < after.id),
        )
        .sort((a, b) => b.row.createdAt - a.row.createdAt || (a.id < b.id ? 1 : -1))
        .slice((page - 1) * limit, page * limit);
      return Promise.resolve(withRefunds(listed));
    },
  };
}
