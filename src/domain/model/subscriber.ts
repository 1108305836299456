import type { Binding } from './binding.ts';
import type { CommandEntry } from './command.ts';
import type { Instant } from './instant.ts';
import type { CapturedPayment, ExternalRefund, Payment, Refund, SavedMethod } from './payment.ts';
import type { Recalled } from './recalled.ts';
import type { FollowedReceipt } from './receipt.ts';
import type { ReceiptContact } from './receipt-contact.ts';
import type { Limits } from './tariff.ts';
import type { Subscription } from './subscription.ts';

/** Whether the user may watch. A reader without a newer record refuses access from `validUntil` on. */
export type Entitlement = {
  readonly active: boolean;
  readonly validUntil: Instant | null;
  readonly graceUntil: Instant | null;
  readonly tariffAlias: string | null;
  readonly features: readonly string[];
  /** Of the tariff; absent without access, and where it has none. */
  readonly limits?: Limits;
  readonly role: 'subscriber';
};

/**
 * Everything that must agree about one user. One compare-and-set changes it (docs/architecture.md, "The consistency
 * boundary").
 */
export type Subscriber = {
  readonly userId: string;
  /** The number of the user's last public event, counted over all topics. */
  readonly eventSeq: number;
  /** The number of the last entitlement record. */
  readonly entitlementSeq: number;
  /** Set by the first purchase and never changed; null is real time. */
  readonly testClockId: string | null;
  readonly subscription: Subscription | null;
  /** The open payment. If it succeeds, it buys its period. */
  readonly payment: Payment | null;
  /** Payments that are refunded if they succeed; at most `Policy.watchedMax`, and one more since a restore. */
  readonly watched: readonly Payment[];
  readonly refunds: readonly Refund[];
  readonly captures: readonly CapturedPayment[];
  /** Also of payments that are not captured as far as we know: their captures count these refunds. */
  readonly externalRefunds: readonly ExternalRefund[];
  /** Receipts that the provider has not registered yet, the oldest first. */
  readonly receipts: readonly FollowedReceipt[];
  readonly methods: readonly SavedMethod[];
  /** The method that the subscriber is adding without paying; one at a time. */
  readonly binding: Binding | null;
  /** When the pages of the last 24 hours were opened, in real time; at most `Policy.pagesPerDayMax`. */
  readonly pagesOpenedAt: readonly Instant[];
  /** After a chargeback, until staff allow charges again: nothing is charged, on any method. */
  readonly chargesStopped: { readonly paymentId: string; readonly since: Instant } | null;
  /** Where receipts are sent; null where the user has named nothing, or has taken it back. */
  readonly receiptContact: ReceiptContact | null;
  /** The key of the user's personal data, sealed by the key of the service. Without it none of them can be read again. */
  readonly personalKey: string | null;
  readonly commands: readonly CommandEntry[];
  /** After a restore: what the provider has of ours and no operation has taken yet; at most `Policy.recalledMax`. */
  readonly recalled: readonly Recalled[];
  /**
   * What operators were alerted to, so that repeated news of it alerts them once: by kind and object. The newest
   * `Policy.differencesMax` are kept, and those about objects in `recalled`.
   */
  readonly differences: readonly string[];
  /** The last entitlement published; null before the first. */
  readonly entitlement: Entitlement | null;
};

export const newSubscriber = (userId: string): Subscriber => ({
  userId,
  eventSeq: 0,
  entitlementSeq: 0,
  testClockId: null,
  subscription: null,
  payment: null,
  watched: [],
  refunds: [],
  captures: [],
  externalRefunds: [],
  receipts: [],
  methods: [],
  binding: null,
  pagesOpenedAt: [],
  chargesStopped: null,
  receiptContact: null,
  personalKey: null,
  commands: [],
  recalled: [],
  differences: [],
  entitlement: null,
});
