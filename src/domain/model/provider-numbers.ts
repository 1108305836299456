import type { DeclineClasses } from './decline-table.ts';
import type { BindableType } from './provider.ts';
import type { ReceiptMode } from './receipt.ts';
import type { GivenContact } from './receipt-contact.ts';

/** What our rules must know of a provider. Its adapter has them, so a rule names no provider. */
export type ProviderNumbers = {
  /** The alias of the pay system that it stands behind. */
  readonly paySystem: string;
  /** A key is not sent later than this after its first send: less than the provider remembers it. */
  readonly keyLifeMs: number;
  /** The longest wait for the answer to a send, from the moment at which it leaves. */
  readonly answerMaxMs: number;
  /** Calls that the provider takes from us at once; null where it names no limit. */
  readonly parallelMax: number | null;
  /** How long a page can be paid. */
  readonly pageLifeMs: number;
  /** The provider refunds no less than this, and leaves nothing or no less than the other on a payment. */
  readonly minRefundMinor: number;
  readonly remainderMinMinor: number;
  /** It refunds no payment that it took longer ago. */
  readonly refundWindowMs: number;
  /** The same of the methods that have a shorter window, by its words for their kinds. */
  readonly refundWindowsMs: Readonly<Record<string, number>>;
  /** What can be saved without a payment. Other methods are saved by paying. */
  readonly bindTypes: readonly BindableType[];
  /** Of those, what can be confirmed by a QR code as well as on a page. */
  readonly qrTypes: readonly BindableType[];
  /** Where receipts can be sent, by how the shop makes them. */
  readonly receiptModes: Readonly<Record<ReceiptMode, readonly GivenContact['kind'][]>>;
  /** Its reason for a refund that the money of the shop does not suffice for. */
  readonly emptyShopReason: string;
  /** Our class for each of the provider's reasons of a decline. */
  readonly declineClasses: DeclineClasses;
};
