import type { CommandEntry } from '../../domain/model/command.ts';
import type { Instant } from '../../domain/model/instant.ts';
import type { Payment, Refund } from '../../domain/model/payment.ts';
import type { Subscription } from '../../domain/model/subscription.ts';

/** A message ready for the wire but for the registry id: validated and size-checked before it was saved. */
export type OutMessage = {
  readonly topic: string;
  /** The partition key: the user, for hints the object's id. */
  readonly key: string;
  /** CloudEvents attributes with their `ce_` prefix and other headers, all strings. */
  readonly headers: Readonly<Record<string, string>>;
  /** Name of the schema, e.g. `subscription-activated.v1`; the adapter turns it into the registry's id. */
  readonly schema: string;
  /** The JSON value; null is a tombstone. */
  readonly value: Readonly<Record<string, unknown>> | null;
};

/** A row of a read model. Rows only move forward: one with a lower `version` never replaces one with a higher. */
export type ReadModelRow = { readonly userId: string; readonly version: number; readonly at: Instant } & (
  | { readonly model: 'subscriptions'; readonly id: string; readonly row: Subscription }
  | {
      readonly model: 'payments';
      readonly id: string;
      readonly row: Payment;
      readonly place: 'open' | 'watched' | 'closed';
      readonly reason: string | null;
      readonly capturedAt: Instant | null;
      readonly method: { readonly title: string | null; readonly last4: string | null } | null;
    }
  | { readonly model: 'refunds'; readonly id: string; readonly row: Refund }
  | { readonly model: 'commands'; readonly id: string; readonly row: CommandEntry }
);

/** All that one save must tell the world, published oldest first and removed only when all of it arrived. */
export type OutboxEntry = {
  readonly id: string;
  /** Real time of the save. */
  readonly at: Instant;
  readonly messages: readonly OutMessage[];
  readonly rows: readonly ReadModelRow[];
};

/** Read models, written from the outbox. Repeats and late arrivals change nothing. */
export type HistoryWriter = { readonly write: (rows: readonly ReadModelRow[]) => Promise<void> };

/**
 * Kafka, as far as the house needs it. Resolves when all in-sync replicas acknowledged. Messages of one call to one key
 * keep their order. Rejects with a Fault: code `taken_back` (it never reached the client library, retryable) or
 * `unacknowledged` (it may or may not be in the log).
 */
export type MessagePublisher = {
  readonly publish: (messages: readonly OutMessage[], deadlineMs: number) => Promise<void>;
};
