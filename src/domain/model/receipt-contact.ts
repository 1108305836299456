import type { Instant } from './instant.ts';

/** Where receipts are sent. A command of the API has it sealed, so that no message shows it. */
export type GivenContact = { readonly kind: 'email' | 'phone'; readonly sealed: string };

/** The receipt contact as the document keeps it: encrypted under the user's key, and masked for people. */
export type ReceiptContact = GivenContact & {
  /** Such as `i***@c***.example`: enough to recognise it. */
  readonly masked: string;
  readonly since: Instant;
};

/** A contact under the user's key. The key itself is sealed by the key of the service. */
export type KeptContact = {
  readonly personalKey: string;
  readonly sealed: string;
  readonly masked: string;
};
