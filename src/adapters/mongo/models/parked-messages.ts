import type { ParkedError, ParkedMessage } from '../../../application/ports/blocked-keys.ts';
import type { Instant } from '../../../domain/model/instant.ts';
import { createCollection, createPart, optional, required, text } from './schema.ts';

export type ParkedRow = Omit<ParkedMessage, 'offset'> & {
  readonly _id: string;
  readonly offset: number;
  readonly attempts: number;
  readonly retryAt: Instant;
  readonly claimedUntil: Instant;
  readonly error: ParkedError | null;
};

const parkedError = createPart<ParkedError>({
  /** The error's class or code. */
  name: text,
  /** The error's message, redacted. */
  message: text,
});

/** The queued messages of blocked keys. Instants are epoch milliseconds, compared with the process's clock. */
export const parkedMessages = createCollection<ParkedRow>(
  'parked_messages',
  {
    /** `{group}:{topic}:{partition}:{offset}`: a message is parked once per group. With its time at the end where that is taken. */
    _id: required(String),
    /** The consumer group that could not handle it. */
    group: required(String),
    /** The topic it came from. */
    topic: required(String),
    /** The partition it came from. */
    partition: required(Number),
    /** Its offset, as a number for the order; offsets stay far below 2^53. */
    offset: required(Number),
    /** Its key, the one that is blocked. */
    key: text,
    /** The whole record, sealed with the configuration's key. */
    sealed: required(String),
    /** The record's timestamp in Kafka. */
    timestamp: required(Number),
    /** When it was parked. */
    parkedAt: required(Number),
    /** Failed releases. */
    attempts: required(Number),
    /** When it is tried again; only the oldest of a key is. */
    retryAt: required(Number),
    /** Until when a process has claimed it; 0 when none has. */
    claimedUntil: required(Number),
    /** Its last failure; null until it has failed. */
    error: optional(parkedError),
  },
  // Finds whether a key is blocked, and the oldest of its messages.
  [{ name: 'queue', key: { group: 1, key: 1, partition: 1, offset: 1 } }],
);
