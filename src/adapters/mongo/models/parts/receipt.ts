import type { FollowedReceipt, Receipt, ReceiptTerms } from '../../../../domain/model/receipt.ts';
import { createPart, type Fields, optional, required } from '../schema.ts';
import { receiptContact } from './receipt-contact.ts';

const terms: Fields<ReceiptTerms> = {
  /** The code of the VAT rate. */
  vatCode: required(Number),
  /** The code of the tax system; null where the register knows it. */
  taxSystem: optional(Number),
  /** How the period is sold, as a receipt says it. */
  paymentMode: required(String),
};

/** The receipt of a payment or refund. */
export const receipt = createPart<Receipt>({
  ...terms,
  /** Where it is sent. */
  contact: optional(receiptContact),
});

/** What a read model keeps of it: only the subscriber's document has the contact. */
export const receiptTerms = createPart<ReceiptTerms>(terms);

/** A receipt whose registration is read. Instants are epoch milliseconds on the subscriber's clock. */
export const followedReceipt = createPart<FollowedReceipt>({
  /** `payment` or `refund`. */
  kind: required(String),
  /** The id of that payment or refund. */
  id: required(String),
  /** The payment; of a refund, the one whose money it gives back. */
  paymentId: required(String),
  /** The subscription that was paid for. */
  subscriptionId: required(String),
  /** The provider's id of the payment or refund. */
  providerObjectId: required(String),
  /** The code of the VAT rate. */
  vatCode: required(Number),
  /** When the money moved. */
  since: required(Number),
  /** The next read. */
  nextReadAt: required(Number),
  /** Why operators were alerted; null while they were not. */
  failed: optional(String),
});
