import type { Instant } from './instant.ts';
import type { GivenContact, ReceiptContact } from './receipt-contact.ts';

/** How the period is sold, as a receipt says it: when the access is given, or ahead of it. */
export const paymentModes = ['full_payment', 'full_prepayment'] as const;

/** How the shop has its receipts made: to an address only, or also to a phone. */
export type ReceiptMode = 'email' | 'email_or_phone';

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

/** How far the provider has come with a receipt. */
export type Registration = 'pending' | 'succeeded' | 'canceled';

export type ReceiptFailure = 'canceled' | 'late' | 'not_followed';

/** A receipt whose registration is not known yet. The newest `Policy.receiptsMax` are followed. */
export type FollowedReceipt = {
  readonly kind: 'payment' | 'refund';
  /** Of the payment or refund. */
  readonly id: string;
  readonly paymentId: string;
  readonly subscriptionId: string;
  /** The provider's id of the payment or refund, which shows the registration. */
  readonly providerObjectId: string;
  readonly vatCode: number;
  /** When the money moved. */
  readonly since: Instant;
  readonly nextReadAt: Instant;
  /** Why operators were alerted; null while they were not. */
  readonly failed: ReceiptFailure | null;
};
