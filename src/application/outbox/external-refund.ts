import type { DomainEvent } from '../../domain/model/events.ts';
import type { SendRecord } from '../../domain/model/send-record.ts';
import type { ReadModelRow } from '../ports/outbox.ts';

type Recorded = Omit<Extract<DomainEvent, { readonly type: 'refund.recorded_external' }>, 'type'>;
type Row = Extract<ReadModelRow, { readonly model: 'refunds' }>;

/** We sent nothing: the refund was made in the provider's cabinet. */
const neverSent: SendRecord = {
  ...{ idempotenceKey: '', request: '', sends: 0, unsent: 0, readsOnly: true },
  ...{ firstSentAt: null, reservedAt: null, lastSentAt: null, noSendBefore: null },
  ...{ distrusted: null, absentSince: null, nextCheckAt: null, nextCheckRealAt: null },
};

/** A refund of the provider's cabinet as a row of history, under its name there. */
export function externalRefund(event: Recorded): Pick<Row, 'model' | 'id' | 'row' | 'isPartial'> {
  const { paymentId, subscriptionId, providerPaymentId, providerRefundId, amount, refundedAt } = event;
  const at = { createdAt: refundedAt, createdRealAt: refundedAt, firstRequestedAt: refundedAt };
  return {
    model: 'refunds',
    id: providerRefundId,
    isPartial: event.refundedMinor < event.capturedMinor,
    row: {
      ...{ id: providerRefundId, paymentId, subscriptionId, providerPaymentId, providerRefundId, amount },
      ...{ reason: 'external', attemptNo: 1, state: 'succeeded', send: neverSent, ...at },
      ...{ earlierRefundIds: [], retryAt: null, stuckSince: null },
    },
  };
}
