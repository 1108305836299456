import type { Instant } from './instant.ts';
import type { GivenContact, ReceiptContact } from './receipt-contact.ts';

/** How the period is sold, as a receipt says it: when the access is given, or ahead of it. */
export const paymentModes = ['full_payment', 'full_prepayment'] as const;

/** What a receipt says beside what was sold. A refund says the same as the payment whose money it gives back. */
export type ReceiptTerms = {
  /** The code of the VAT rate, as registers number them. */
  readonly vatCode: number;
  /** The code of the tax system; null where the register knows it. */
  readonly taxSystem: number | null;
  readonly paymentMode: (typeof paymentModes)[number];
};

/** The receipt of a payment or refund. `contact` is where it is sent; absent where only the read model remembers it. */
export type Receipt = ReceiptTerms & { readonly contact?: ReceiptContact };

/** A receipt as a provider request asks for it: of one service, for the whole amount. */
export type WantedReceipt = ReceiptTerms & {
  readonly contact: ReceiptContact;
  readonly personalKey: string;
  readonly description: string;
};

/** The configuration of receipts. */
export type ReceiptRules = Omit<ReceiptTerms, 'vatCode'> & {
  readonly contactKinds: readonly GivenContact['kind'][];
  /** Each code counts from its instant on, until the next one. The first counts before, too. */
  readonly vatCodes: readonly { readonly from: Instant; readonly code: number }[];
};
