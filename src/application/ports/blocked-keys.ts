import { hourMs, type Instant } from '../../domain/model/instant.ts';

/** The consumer group of commands. While a user's key in it is blocked, no timer charges them: a cancel may wait there. */
export const commandGroup = 'billing-commands';
/** Its keys are objects of the provider; those of every other group are users. */
export const hintGroup = 'billing-hints';

/** A message of a blocked key. Its place and its time identify it, so one that is parked twice is stored once. */
export type ParkedMessage = {
  readonly group: string;
  readonly topic: string;
  readonly partition: number;
  readonly offset: string;
  readonly key: string;
  /** `packRecord` of the record, encrypted. */
  readonly sealed: string;
  /** The timestamp of the Kafka record. */
  readonly timestamp: Instant;
  readonly parkedAt: Instant;
};

type Place = Pick<ParkedMessage, 'topic' | 'partition' | 'offset'>;

/** Where the message lies in the log. */
export const placeOf = ({ topic, partition, offset }: Place): string => `${topic}:${partition}:${offset}`;

/** Names the message. The offsets of a topic that was lost and made anew begin again, so its time is part of the name. */
export const messageIdOf = (message: Place & Pick<ParkedMessage, 'timestamp'>): string =>
  `${placeOf(message)}:${message.timestamp}`;

export type ParkedError = { readonly name: string; readonly message: string };

/** One blocked key, with its oldest message and how often that one failed. */
export type BlockedKey = {
  readonly group: string;
  readonly key: string;
  readonly waiting: number;
  readonly since: Instant;
  readonly partition: number;
  readonly offset: string;
  /** Failed releases of the oldest message. */
  readonly attempts: number;
  readonly retryAt: Instant;
  /** Null when the oldest message has not been retried since it was parked. */
  readonly error: ParkedError | null;
};

/** A message in the queue of its key, as staff see it. `retryAt` and `error` count for the oldest one. */
export type QueuedMessage = ParkedMessage & {
  readonly attempts: number;
  readonly retryAt: Instant;
  readonly error: ParkedError | null;
};

/**
 * Parked messages of the keys that a failing message blocks. A key is blocked while a message of it is parked. Throws a
 * retryable Fault while the store does not answer.
 *
 * Durability: a majority acknowledges each write, so an offset that is committed after `park` cannot lose its message.
 * Order: the oldest message of a key by (partition, offset) comes first, and only that one can be claimed.
 * Duplicates: parking a parked message changes nothing. A message of another time at the same place is another message. A
 * released message whose offset was not committed may be parked again; it is then handled once more, before the messages that
 * still wait. Every handler tolerates a repeat.
 * Limits: `park` returns `full` for a further message of a key that has `messages`, and `too_many_keys` for the first
 * message of a key when the group has `keys`. They are read before the write, so concurrent processes may exceed them by one
 * message each.
 */
export type BlockedKeys = {
  /** `failure` is that of the message that blocks the key. Later messages have none and are due at once. */
  readonly park: (
    message: ParkedMessage,
    failure: { readonly error: ParkedError; readonly retryAt: Instant } | null,
  ) => Promise<'parked' | 'full' | 'too_many_keys'>;
  readonly isBlocked: (group: string, key: string) => Promise<boolean>;
  /** Every blocked key of the group, next retry first; at most about the limit. */
  readonly list: (group: string) => Promise<readonly BlockedKey[]>;
  /** Blocked keys of all groups, page by page, the longest blocked first. For staff. */
  readonly listAll: (page: { readonly limit: number; readonly page: number }) => Promise<readonly BlockedKey[]>;
  /** The oldest messages of the key, in the order in which they will be handled. For staff. */
  readonly queue: (group: string, key: string, limit: number) => Promise<readonly QueuedMessage[]>;
  /**
   * The oldest message of the key, leased to the caller; null when there is none, or it is not due or is leased (`lasts`). With
   * `messageId`: that message only, due or not, and null when it is not the oldest.
   */
  readonly claim: (
    group: string,
    key: string,
    lease: { readonly now: Instant; readonly until: Instant; readonly messageId?: string },
  ) => Promise<(ParkedMessage & { readonly attempts: number }) | null>;
  /** Removes the claimed message, so that the next of its key becomes the oldest. */
  readonly finish: (message: ParkedMessage) => Promise<void>;
  /** Keeps the claimed message as the oldest, due again at `retryAt`. Null error: the message itself did not fail. */
  readonly reschedule: (message: ParkedMessage, retryAt: Instant, error: ParkedError | null) => Promise<void>;
  /** Makes the oldest message of the key due now, for staff. False when no message of the key is parked. */
  readonly retryNow: (group: string, key: string) => Promise<boolean>;
};

/**
 * No pause and no lease is longer than an hour. One that seems longer than this was written by a clock that is ahead, and must not
 * hold up the key until the others get there.
 */
export const waitMsMax = 2 * hourMs;

/** Whether a pause or a lease until then still lasts. */
export const lasts = (until: Instant, now: Instant): boolean => until > now && until <= now + waitMsMax;

export const blockedKeyLimits = {
  /** More failing keys than this mean that the code is broken. The partitions stop, and try again later. */
  keys: 1_000,
  /** Years of one subscriber's commands. More come from a client in a loop: they are lost to that client, and to no other. */
  messages: 1_000,
} as const;

export type BlockedKeyLimits = { readonly keys: number; readonly messages: number };
