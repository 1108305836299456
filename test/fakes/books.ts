import type { Books } from '../../src/application/ports/books.ts';
import { ownReasonOf } from '../../src/domain/model/refund-reason.ts';
import type { MemoryReadModels } from './read-models.ts';

/** The comparison's view of the read models, on their fake. */
export function createMemoryBooks({ rows, pastOf }: Pick<MemoryReadModels, 'rows' | 'pastOf'>): Books {
  const payments = () => rows().filter((row) => row.model === 'payments');
  const refunds = () => rows().filter((row) => row.model === 'refunds');
  return {
    findPayments: ({ ids, providerIds }) =>
      Promise.resolve(
        payments()
          .filter(({ id, row }) => ids.includes(id) || providerIds.includes(row.providerPaymentId ?? ''))
          .map((row) => ({ ...pastOf(row), userId: row.userId })),
      ),
    findRefunds: ({ providerIds, paymentIds, providerPaymentIds = [] }) =>
      Promise.resolve(
        refunds()
          .filter(
            ({ row }) =>
              providerIds.includes(row.providerRefundId ?? '') ||
              paymentIds.includes(row.paymentId) ||
              providerPaymentIds.includes(row.providerPaymentId),
          )
          .map(({ id: refundId, userId, row }) => {
            const { paymentId, providerPaymentId, amount, refundNo, restOf, paidOtherwise, state, providerRefundId } =
              row;
            return {
              ...{ refundId, userId, paymentId, providerPaymentId, amount, state, providerRefundId },
              reason: ownReasonOf(row),
              ...(refundNo === undefined ? {} : { refundNo }),
              ...(restOf === undefined ? {} : { restOf }),
              ...(paidOtherwise === undefined ? {} : { paidOtherwise }),
            };
          }),
      ),
    listSucceeded: ({ object, from, to }) =>
      Promise.resolve(
        (object === 'payment' ? payments() : refunds())
          .filter(
            ({ row: { state, createdRealAt } }) => state === 'succeeded' && createdRealAt >= from && createdRealAt < to,
          )
          .filter(({ row }) => !('reason' in row) || (row.reason !== 'chargeback' && row.reason !== 'paid_back'))
          .map(({ id, userId, row }) => ({
            ...{ id, userId },
            providerId: ('providerRefundId' in row ? row.providerRefundId : row.providerPaymentId) ?? '',
          })),
      ),
  };
}
