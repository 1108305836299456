import type { Trace } from './message-factory.ts';

/** One message as a consumer sees it: decoded by the writer's schema, not yet parsed into domain values. */
export type Delivery = {
  readonly topic: string;
  readonly partition: number;
  readonly offset: string;
  readonly key: string;
  readonly headers: Readonly<Record<string, string>>;
  /** The message's type without its version, from `ce_type`: `subscription.pay`. */
  readonly type: string;
  readonly value: unknown;
  readonly trace: Trace;
};

/** `handled` changed something or was a known repeat; `ignored` says why nothing was to be done. Both are done with. */
export type Handled = { readonly kind: 'handled' } | { readonly kind: 'ignored'; readonly reason: string };

/**
 * A consumer is data. The runner keeps the order per key, runs up to `lanes` keys at once, commits only what was handled,
 * ignored, parked or dead-lettered, and classes errors: Poison → dead letter at once; retryable Fault → waits in place;
 * anything else is a bug: retried, then an alert fires and `whenBlocked` says what becomes of the message and its key.
 */
export type ConsumerDeclaration<Services> = {
  readonly name: string;
  readonly topic: string;
  readonly group: string;
  readonly lanes: number;
  /**
   * queue: the failing message blocks its key, and later ones of the key wait behind it in order (ports/blocked-keys.ts).
   * drop: the failing message is dropped and the next is handled, right where everything is said again anyway.
   */
  readonly whenBlocked: 'queue' | 'drop';
  readonly handle: (services: Services, delivery: Delivery) => Promise<Handled>;
};
