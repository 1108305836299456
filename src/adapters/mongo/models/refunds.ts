import type { Refund } from '../../../domain/model/payment.ts';
import { historyFields, type HistoryRow } from './history-fields.ts';
import { refundFields } from './parts/refund.ts';
import { sendHistory, type SendHistory } from './parts/send-record.ts';
import { createCollection, required } from './schema.ts';

export type RefundRow = HistoryRow &
  Omit<Refund, 'id' | 'send' | 'createdAt' | 'createdRealAt'> & {
    readonly send: SendHistory;
    readonly createdAt: Date;
    readonly createdRealAt: Date;
  };

/** Read model: every refund as of its last change. */
export const refunds = createCollection<RefundRow>(
  'refunds',
  {
    ...historyFields,
    ...refundFields,
    /** What was sent to the provider. */
    send: required(sendHistory),
    /** On the subscriber's clock. */
    createdAt: required(Date),
    /** In real time. */
    createdRealAt: required(Date),
  },
  [
    { name: 'of_user', key: { userId: 1, createdAt: -1 } },
    { name: 'of_payment', key: { paymentId: 1 } },
    // For staff: only the few that are unknown, the oldest first.
    { name: 'unknown', key: { createdRealAt: 1, _id: 1 }, partialFilterExpression: { state: 'unknown' } },
  ],
);
