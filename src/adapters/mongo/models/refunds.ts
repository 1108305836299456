import type { ReceiptTerms } from '../../../domain/model/receipt.ts';
import type { Refund, RefundReason } from '../../../domain/model/payment.ts';
import { historyFields, type HistoryRow } from './history-fields.ts';
import { refundFields } from './parts/refund.ts';
import { receiptTerms } from './parts/receipt.ts';
import { sendHistory, type SendHistory } from './parts/send-record.ts';
import { createCollection, optional, required } from './schema.ts';

export type RefundRow = HistoryRow &
  Omit<Refund, 'id' | 'receipt' | 'send' | 'reason' | 'createdAt' | 'createdRealAt'> & {
    /** As a text: `external` is a refund that the domain did not make. */
    readonly reason: RefundReason | 'external';
    readonly send: SendHistory;
    readonly receipt?: ReceiptTerms;
    readonly createdAt: Date;
    readonly createdRealAt: Date;
  };

/** Read model: every refund as of its last change. */
export const refunds = createCollection<RefundRow>(
  'refunds',
  {
    ...historyFields,
    ...refundFields,
    /** What its receipt says; absent where none is made. */
    receipt: optional(receiptTerms),
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
    // For the comparison with the provider's books: by its name there, and what succeeded in a window.
    { name: 'provider_refund', key: { providerRefundId: 1 }, sparse: true },
    { name: 'succeeded', key: { createdRealAt: 1 }, partialFilterExpression: { state: 'succeeded' } },
  ],
);
