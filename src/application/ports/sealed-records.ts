import type { DeadLetter } from './dead-letters.ts';

/** A sealed record, and where it lay: it opens under no other place. */
export type SealedRecord = Pick<DeadLetter, 'topic' | 'partition' | 'offset' | 'sealed'>;

/** Content of a record for people. Cut content is its beginning; `bytes` is the length of the whole. */
export type ShownContent = {
  readonly format: 'json' | 'text' | 'base64';
  /** Of `json` the value, else a string. */
  readonly content: unknown;
  readonly bytes: number;
  readonly isCut: boolean;
};

/** A record in clear. */
export type ShownRecord = {
  readonly key: ShownContent | null;
  readonly headers: Readonly<Record<string, string>>;
  /** Null for a tombstone. */
  readonly value: ShownContent | null;
  /** Why the value is not JSON by its schema; null when it is. */
  readonly undecodable: string | null;
};

/**
 * `foreign_topic`: the topic is not one that this service receives orders from. Its records are facts for other services,
 * and a bad one must not become the last of its key.
 * `seal_broken`: the record was sealed with another key.
 * `too_large`: the broker might refuse the record, and with it other messages.
 */
export type ReplayRefusal = 'foreign_topic' | 'seal_broken' | 'too_large';

/** Sealed records of parked messages and dead letters. Only an implementation of this port sees them in clear. */
export type SealedRecords = {
  /** Null when the record was sealed with another key. Bounded: large content is cut. */
  readonly show: (record: SealedRecord) => Promise<ShownRecord | null>;
  readonly replayRefusal: (letter: SealedRecord) => ReplayRefusal | null;
  /**
   * Publishes the record again to its topic: key, value and headers as they were, and a header that names its dead letter.
   * Rejects with the Faults of `MessagePublisher`.
   */
  readonly replay: (letter: SealedRecord, id: string, deadlineMs: number) => Promise<void>;
};
