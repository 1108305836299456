import type { ReceiptTerms } from '../../../domain/model/receipt.ts';
import type { RefundRowReason } from '../../../application/ports/outbox.ts';
import type { Refund } from '../../../domain/model/payment.ts';
import { historyFields, type HistoryRow } from './history-fields.ts';
import { refundFields } from './parts/refund.ts';
import { receiptTerms } from './parts/receipt.ts';
import { sendHistory, type SendHistory } from './parts/send-record.ts';
import { createCollection, optional, required } from './schema.ts';

export type RefundRow = HistoryRow &
  Omit<Refund, 'id' | 'receipt' | 'send' | 'reason' | 'createdAt' | 'createdRealAt'> & {
    readonly reason: RefundRowReason;
    readonly send: SendHistory;
    readonly receipt?: ReceiptTerms;
    /** Epoch milliseconds of its first request, while it is late and open. */
    readonly lateSince?: number;
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
    /** Epoch milliseconds of its first request, while it is open and operators were alerted that it is late. */
    lateSince: optional(Number),
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
    // For the comparison with the provider's books: a payment that succeeded late has its name there in its refund alone.
    { name: 'of_provider_payment', key: { providerPaymentId: 1 } },
    // For staff: only the few that are unknown, the oldest first.
    { name: 'unknown', key: { createdRealAt: 1, _id: 1 }, partialFilterExpression: { state: 'unknown' } },
    // For staff: only the few that operators were alerted of, ended ones among them.
    { name: 'stuck', key: { createdRealAt: 1, _id: 1 }, partialFilterExpression: { stuckSince: { $gt: 0 } } },
    // For staff: only the few that are late.
    { name: 'late', key: { lateSince: 1, _id: 1 }, partialFilterExpression: { lateSince: { $exists: true } } },
    // For the comparison with the provider's books: by its name there, and what succeeded in a window.
    { name: 'provider_refund', key: { providerRefundId: 1 }, sparse: true },
    { name: 'succeeded', key: { createdRealAt: 1 }, partialFilterExpression: { state: 'succeeded' } },
  ],
);
