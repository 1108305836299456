import type { ReceiptRecord } from '../../../application/ports/outbox.ts';
import { historyFields, type HistoryRow } from './history-fields.ts';
import { createCollection, optional, required } from './schema.ts';

export type ReceiptRow = HistoryRow & Omit<ReceiptRecord, 'id' | 'since'> & { readonly since: Date };

/** Read model: the receipt of every payment and refund, under the id of that. */
export const receipts = createCollection<ReceiptRow>(
  'receipts',
  {
    ...historyFields,
    /** `payment` or `refund`. */
    kind: required(String),
    /** The payment; of a refund, the one whose money it gives back. */
    paymentId: required(String),
    /** The subscription that was paid for. */
    subscriptionId: required(String),
    /** The provider's id of the payment or refund. */
    providerObjectId: required(String),
    /** The code of the VAT rate. */
    vatCode: required(Number),
    /** When the money moved, on the subscriber's clock. */
    since: required(Date),
    /** `pending`, `registered` or `failed`. */
    state: required(String),
    /** Why operators were alerted. */
    failed: optional(String),
  },
  [
    { name: 'of_payment', key: { paymentId: 1 } },
    // For staff: only the few that failed, the oldest first.
    { name: 'failed', key: { since: 1, _id: 1 }, partialFilterExpression: { state: 'failed' } },
  ],
);
