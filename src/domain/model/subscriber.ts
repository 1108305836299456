import type { CommandEntry } from './command.ts';
import type { Instant } from './instant.ts';
import type { Payment, Refund, SavedMethod, CapturedPayment } from './payment.ts';
import type { Subscription } from './subscription.ts';

/** May this user watch, and until when must a reader that has heard nothing newer refuse. */
export type Entitlement = {
  readonly active: boolean;
  readonly validUntil: Instant | null;
  readonly graceUntil: Instant | null;
  readonly tariffAlias: string | null;
  readonly features: readonly string[];
  readonly role: 'subscriber';
};

/**
 * Everything that must agree about one user; changes by one compare-and-set (docs/architecture.md, "The consistency
 * boundary").
 */
export type Subscriber = {
  readonly userId: string;
  /** Counts the events of this user over all topics; the last one published has this number. */
  readonly eventSeq: number;
  /** The number of the last entitlement record. */
  readonly entitlementSeq: number;
  /** Bound for good by the first purchase; null is real time. */
  readonly testClockId: string | null;
  readonly subscription: Subscription | null;
  /** The one open payment that would be honoured. */
  readonly payment: Payment | null;
  /** Payments that would be refunded if they succeeded; at most eight. */
  readonly watched: readonly Payment[];
  readonly refunds: readonly Refund[];
  readonly captures: readonly CapturedPayment[];
  readonly methods: readonly SavedMethod[];
  readonly commands: readonly CommandEntry[];
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
  methods: [],
  commands: [],
  entitlement: null,
});
