import type { DomainEvent } from '../../domain/model/events.ts';
import type { SendRecord } from '../../domain/model/send-record.ts';
import type { ReadModelRow } from '../ports/outbox.ts';

type Recorded = Omit<Extract<DomainEvent, { readonly type: 'refund.recorded_external' }>, 'type'>;
type Row = Extract<ReadModelRow, { readonly model: 'refunds' }>;

/** We sent nothing: a person made the refund. */
const neverSent: SendRecord = {
  ...{ idempotenceKey: '', request: '', sends: 0, unsent: 0, readsOnly: true },
  ...{ firstSentAt: null, reservedAt: null, lastSentAt: null, noSendBefore: null },
  ...{ distrusted: null, absentSince: null, nextCheckAt: null, nextCheckRealAt: null },
};

/** A refund of the provider's cabinet, or past the provider, as a row of history. */
export function externalRefund(event: Recorded): Pick<Row, 'model' | 'id' | 'row' | 'isPartial'> {
  const { paymentId, subscriptionId, providerPaymentId, providerRefundId, amount, refundedAt, by } = event;
  const at = { createdAt: refundedAt, createdRealAt: refundedAt, firstRequestedAt: refundedAt };
  return {
    model: 'refunds',
    id: providerRefundId,
    isPartial: event.refundedMinor < event.capturedMinor,
    row: {
      ...{ id: providerRefundId, paymentId, subscriptionId, providerPaymentId, providerRefundId, amount },
      ...{
        reason: by === 'staff' ? 'paid_back' : 'external',
        attemptNo: 1,
        state: 'succeeded',
        send: neverSent,
        ...at,
      },
      ...{ earlierRefundIds: [], retryAt: null, stuckSince: null },
    },
  };
}
