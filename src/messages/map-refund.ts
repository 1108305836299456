import type { MoneyBackEvent } from '../domain/events.ts';
import { toIso, toIsoOrNull } from '../domain/instant.ts';
import type { Refund } from '../domain/payment.ts';
import type { FactMappers } from './fact-mappers.ts';
import type * as Contract from './generated/contract.ts';
import { cut } from './plain-text.ts';

const refundSnapshot = (refund: Refund): Contract.RefundSnapshot => ({
  id: refund.id,
  paymentId: refund.paymentId,
  subscriptionId: refund.subscriptionId,
  providerPaymentId: refund.providerPaymentId,
  amount: { amountMinor: refund.amount.amountMinor, currency: refund.amount.currency },
  reason: refund.reason,
  attemptNo: refund.attemptNo,
  state: refund.state,
  providerRefundId: refund.providerRefundId,
  createdAt: toIso(refund.createdAt),
  firstRequestedAt: toIso(refund.firstRequestedAt),
  retryAt: toIsoOrNull(refund.retryAt),
});

const about = (
  event: Pick<MoneyBackEvent, 'refund' | 'closed'>,
  userId: string,
): Pick<Contract.RefundRequestedV1, 'userId' | 'refund' | 'closed'> => ({
  userId,
  refund: refundSnapshot(event.refund),
  closed: event.closed,
});

export const refundMappers: FactMappers<MoneyBackEvent['type']> = {
  'refund.requested': about,
  'refund.succeeded': about,
  'refund.failed': (event, userId) => ({
    ...about(event, userId),
    reason: cut(event.reason, 200),
    retryAt: toIsoOrNull(event.retryAt),
  }),
};
