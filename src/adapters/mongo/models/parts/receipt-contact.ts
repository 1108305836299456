import type { ReceiptContact } from '../../../../domain/model/receipt-contact.ts';
import { createPart, required } from '../schema.ts';

export const receiptContact = createPart<ReceiptContact>({
  /** `email` or `phone`. */
  kind: required(String),
  /** Encrypted under the user's key. */
  sealed: required(String),
  /** For people. */
  masked: required(String),
  /** Epoch milliseconds since which it counts, on the subscriber's clock. */
  since: required(Number),
});
