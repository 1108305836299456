import type { AuditEntry } from './audit.ts';
import type { CommandEntry } from '../../domain/model/command.ts';
import type { Instant } from '../../domain/model/instant.ts';
import type { Notice } from '../../domain/model/notice.ts';
import type { PaidWith, Payment, Refund } from '../../domain/model/payment.ts';
import type { RefundReason } from '../../domain/model/refund-reason.ts';
import type { FollowedReceipt } from '../../domain/model/receipt.ts';
import type { Subscription } from '../../domain/model/subscription.ts';
import type { Tariff } from '../../domain/model/tariff.ts';

/** A message to publish, validated and size-checked before it was saved. Only the registry id is missing. */
export type OutMessage = {
  readonly topic: string;
  /** The partition key: the user's id, or the object's id for a hint. */
  readonly key: string;
  /** CloudEvents attributes with their `ce_` prefix and other headers, all strings. */
  readonly headers: Readonly<Record<string, string>>;
  /** Name of the schema, e.g. `subscription-activated.v1`; the adapter turns it into the registry's id. */
  readonly schema: string;
  /** The JSON value; null is a tombstone. */
  readonly value: Readonly<Record<string, unknown>> | null;
};

/** Why a payment was made, for the subscriber who asks. */
export type WhyPaid = {
  readonly tariff: Pick<Tariff, 'id' | 'alias' | 'name'>;
  /** The notice that announced it; null where none was needed. */
  readonly notice: Pick<Notice, 'id' | 'kind' | 'at'> | null;
  /** The period that it paid for; null until it has paid for one. */
  readonly period: {
    readonly start: Instant;
    readonly end: Instant;
    /** When its access was published, with the save that granted it. Absent where an earlier version stored it. */
    readonly publishedAt?: Instant;
  } | null;
};

/** A receipt as history keeps it. */
export type ReceiptRecord = Omit<FollowedReceipt, 'nextReadAt'> & {
  readonly state: 'pending' | 'registered' | 'failed';
};

/** Beside our own reasons: of the provider's cabinet, given back by staff past the provider, or taken back by the bank. */
export type RefundRowReason = RefundReason | 'external' | 'paid_back' | 'chargeback';

/** A row of a read model. A row never replaces one with a higher `version`. */
export type ReadModelRow = { readonly userId: string; readonly version: number; readonly at: Instant } & (
  | { readonly model: 'subscriptions'; readonly id: string; readonly row: Subscription }
  | {
      readonly model: 'payments';
      readonly id: string;
      readonly row: Payment;
      readonly place: 'open' | 'watched' | 'closed';
      readonly reason: string | null;
      readonly capturedAt: Instant | null;
      /** The brand and the type are absent from rows of an earlier version. */
      readonly method: (Pick<PaidWith, 'title' | 'last4'> & Partial<Pick<PaidWith, 'brand' | 'type'>>) | null;
      /** Absent from rows of an earlier version, and where nothing is known of the subscription. */
      readonly why?: WhyPaid;
    }
  | {
      readonly model: 'refunds';
      readonly id: string;
      readonly row: Omit<Refund, 'reason'> & { readonly reason: RefundRowReason };
      /** The payment keeps a part of its money, and with it the period. Absent: all of it goes back. */
      readonly isPartial?: boolean;
      /** Its first request, while it is open and operators were alerted that it is late. */
      readonly lateSince?: Instant;
    }
  | { readonly model: 'receipts'; readonly id: string; readonly row: ReceiptRecord }
  | { readonly model: 'commands'; readonly id: string; readonly row: CommandEntry }
  /** An order of staff. It is added, and never replaced. */
  | { readonly model: 'audit'; readonly id: string; readonly row: AuditEntry }
);

/** What one save has to publish. Entries are published oldest first and removed when all of an entry has arrived. */
export type OutboxEntry = {
  readonly id: string;
  /** Real time of the save. */
  readonly at: Instant;
  readonly messages: readonly OutMessage[];
  readonly rows: readonly ReadModelRow[];
};

/** Writes the read models from the outbox. Repeated and late rows change nothing. */
export type HistoryWriter = { readonly write: (rows: readonly ReadModelRow[]) => Promise<void> };

/**
 * Publishes to Kafka. Resolves when all in-sync replicas have acknowledged. Messages of one call with the same key keep
 * their order. Rejects with a Fault: `taken_back` (retryable; nothing was sent) or `unacknowledged` (Kafka may have the
 * messages).
 */
export type MessagePublisher = {
  readonly publish: (messages: readonly OutMessage[], deadlineMs: number) => Promise<void>;
};

/** How far a sweep has come: further ones have their oldest entry at this instant or later, and are none of these users. */
export type SweptTo = { readonly at: Instant; readonly users: readonly string[] };

export type Relay = {
  /**
   * Publishes a user's whole outbox, oldest entry first. Resolves true when all of it is in the read models and Kafka and
   * is removed from the document; false when the sweep has to publish it. Never rejects.
   */
  readonly publish: (userId: string, entries: readonly OutboxEntry[]) => Promise<boolean>;
  /** Users whose outbox could not be published as it is, and who wait for their next try. */
  readonly paused: () => readonly string[];
  /** How far the last sweep of this process has come; null: the next one begins at the oldest entry. */
  readonly sweptTo: () => SweptTo | null;
  readonly noteSweep: (sweptTo: SweptTo | null) => void;
  /** Resolves when no round is running or queued. */
  readonly idle: () => Promise<void>;
};
