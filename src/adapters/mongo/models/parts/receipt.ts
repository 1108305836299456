import type { Receipt, ReceiptTerms } from '../../../../domain/model/receipt.ts';
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
