import type { DeadLetter, DeadLetterState } from '../../../application/ports/dead-letters.ts';
import { createCollection, optional, required, text } from './schema.ts';

export type DeadLetterRow = Omit<DeadLetter, 'timestamp' | 'firstFailedAt'> & {
  readonly _id: string;
  readonly timestamp: Date | null;
  readonly firstFailedAt: Date;
  readonly state: DeadLetterState;
  readonly closedAt: Date | null;
};

/** As long as the topic of dead letters keeps its records. */
const keptDays = 90;

/** Messages that could not be handled, for staff to open, replay or discard. The topic of dead letters fills it. */
export const deadLetters = createCollection<DeadLetterRow>(
  'dead_letters',
  {
    /** `{topic}:{partition}:{offset}:{group}`: a record that is given up again is stored once. With its time before the group where taken. */
    _id: required(String),
    /** The topic it came from. */
    topic: required(String),
    /** The partition it came from. */
    partition: required(Number),
    /** Its offset in that partition. */
    offset: required(String),
    /** Its key as text, cut; null when it had none. */
    key: optional(String),
    /** The record's own time; null when it had none. */
    timestamp: optional(Date),
    /** The consumer group that gave it up. */
    consumerGroup: required(String),
    /** `poison`, or `bug` where staff discarded it from the queue of a blocked key. */
    errorClass: required(String),
    /** Why, for programs. */
    errorCode: text,
    /** Why, for people. */
    reason: text,
    /** When handling it failed first. */
    firstFailedAt: required(Date),
    /** How often it was tried. */
    attempts: required(Number),
    /** The whole record, sealed with the configuration's key. */
    sealed: text,
    /** The dead letter that was replayed as this record. */
    replayOf: optional(String),
    /** `open`, `replayed` or `discarded`. */
    state: required(String),
    /** When staff closed it; null while it is open. */
    closedAt: optional(Date),
  },
  [
    { name: 'newest', key: { firstFailedAt: -1, _id: -1 } },
    { name: 'newest_in_state', key: { state: 1, firstFailedAt: -1, _id: -1 } },
    // MongoDB deletes no document whose date is null: an open dead letter stays.
    { name: 'closed_long_ago', key: { closedAt: 1 }, expireAfterSeconds: keptDays * 24 * 3_600 },
  ],
);
