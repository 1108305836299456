import type { Instant } from '../../domain/model/instant.ts';
import type { Trace } from './message-factory.ts';

/** One message, decoded by the writer's schema and not yet parsed into domain values. */
export type Delivery = {
  readonly topic: string;
  readonly partition: number;
  readonly offset: string;
  /** When the broker appended the record; null where the record has no time. */
  readonly recordedAt: Instant | null;
  readonly key: string;
  readonly headers: Readonly<Record<string, string>>;
  /** The message's type without its version, from `ce_type`: `subscription.pay`. */
  readonly type: string;
  readonly value: unknown;
  readonly trace: Trace;
};

/** `handled`: the message was carried out; `ignored`: there was nothing to do. The offset is committed after either. */
export type Handled = { readonly kind: 'handled' } | { readonly kind: 'ignored'; readonly reason: string };

/**
 * A consumer is data. The runner keeps the order per key and runs up to `lanes` keys at once. It commits a message that
 * was handled, ignored, parked, dropped or dead-lettered. Errors:
 * 1. Poison: the message is dead-lettered at once.
 * 2. A retryable Fault: the message is retried in place.
 * 3. A Fault that queues: retried in place for a short time if it is retryable, then `whenBlocked` applies without an alarm.
 * 4. Anything else is a bug: the message is retried a few times, then operators are alerted and `whenBlocked` applies.
 */
export type ConsumerDeclaration<Services> = {
  readonly name: string;
  readonly topic: string;
  readonly group: string;
  readonly lanes: number;
  /**
   * queue: the failing message blocks its key, and later messages of the key wait in order (ports/blocked-keys.ts).
   * drop: the failing message is dropped and the next is handled; for messages that are published again anyway.
   */
  readonly whenBlocked: 'queue' | 'drop';
  readonly handle: (services: Services, delivery: Delivery) => Promise<Handled>;
};
