import type { Instant } from '../../domain/model/instant.ts';

/** The group whose blocked keys keep timers from charging: an order of that subscriber waits that may cancel the charge. */
export const commandGroup = 'billing-commands';

/** A message of a blocked key, as it came. Its place is its identity: parked twice it is there once. */
export type ParkedMessage = {
  readonly group: string;
  readonly topic: string;
  readonly partition: number;
  readonly offset: string;
  readonly key: string;
  /** `packRecord` of the record, sealed. */
  readonly sealed: string;
  /** When the broker took it. */
  readonly timestamp: Instant;
  readonly parkedAt: Instant;
};

export type ParkedError = { readonly name: string; readonly message: string };

/** One blocked key: its oldest message, and how that one fared. */
export type BlockedKey = {
  readonly key: string;
  readonly waiting: number;
  readonly since: Instant;
  readonly partition: number;
  readonly offset: string;
  /** Failed releases of the oldest message. */
  readonly attempts: number;
  readonly retryAt: Instant;
  /** Null when the oldest has not been tried since it queued up. */
  readonly error: ParkedError | null;
};

/**
 * What waits behind a message that keeps failing. A key is blocked exactly while something of it is parked: there is no
 * second fact that could disagree. Everything is acknowledged by the majority, so that an offset committed after `park`
 * never passes a message that could still be lost. Throws a retryable Fault while the store is away.
 *
 * Order: within a key the oldest by (partition, offset) first, and nothing but the oldest can be claimed.
 * Duplicates: parking what is parked changes nothing. Who parks again what was released meanwhile (its offset had not been
 * committed) has it handled once more, before what still waits; every handler bears a repeat.
 * Limits: at most `keys` keys of a group and `messages` of a key; beyond them `park` answers `full`. They are read
 * before the write, so that processes at the same instant may pass them by one message each.
 */
export type BlockedKeys = {
  /** `error` and `retryAt` belong to the failure that blocks the key; what queues behind it has none and is due at once. */
  readonly park: (
    message: ParkedMessage,
    failure: { readonly error: ParkedError; readonly retryAt: Instant } | null,
  ) => Promise<'parked' | 'full'>;
  readonly isBlocked: (group: string, key: string) => Promise<boolean>;
  /** Every blocked key of the group, those to be tried first at the head; never more than about the limit. */
  readonly list: (group: string) => Promise<readonly BlockedKey[]>;
  /** The oldest message of the key, for the caller alone until the lease ends; null when it is not due, claimed, or none. */
  readonly claim: (
    group: string,
    key: string,
    lease: { readonly now: Instant; readonly until: Instant },
  ) => Promise<(ParkedMessage & { readonly attempts: number }) | null>;
  /** The claimed message is done with: it leaves, and the next of its key becomes the oldest. */
  readonly finish: (message: ParkedMessage) => Promise<void>;
  /** The claimed message stays the oldest and is due again at `retryAt`. Null error: it was not its own failure. */
  readonly reschedule: (message: ParkedMessage, retryAt: Instant, error: ParkedError | null) => Promise<void>;
  /** Staff force a release: the oldest message of the key is due now. False when nothing of it is parked. */
  readonly retryNow: (group: string, key: string) => Promise<boolean>;
};

export const blockedKeyLimits = {
  /** More failing keys than this are no matter of single keys: the code is broken, and its partitions had better stop. */
  keys: 1_000,
  /** Years of one subscriber's orders; more is a program that repeats itself, and would be handled in one go at the end. */
  messages: 1_000,
} as const;

export type BlockedKeyLimits = { readonly keys: number; readonly messages: number };
