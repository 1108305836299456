import type { Instant } from '../../domain/model/instant.ts';

/** A message that cannot be handled: its origin and the reason in clear, the record itself sealed. */
export type DeadLetter = {
  readonly topic: string;
  readonly partition: number;
  readonly offset: string;
  readonly key: string | null;
  readonly timestamp: Instant | null;
  readonly consumerGroup: string;
  readonly errorClass: 'poison' | 'bug';
  readonly errorCode: string;
  /** For people; must not quote the content (a JSON parser's own message does). */
  readonly reason: string;
  readonly firstFailedAt: Instant;
  readonly attempts: number;
  /** `packRecord` of the record, encrypted. */
  readonly sealed: string;
  /** The dead letter that was replayed as this record; null when the record is no replay. */
  readonly replayOf: string | null;
};

type Origin = Pick<DeadLetter, 'topic' | 'partition' | 'offset' | 'consumerGroup'>;

/** Where the record lies and who gave it up. The same record that is given up again is the same dead letter. */
export const deadLetterId = ({ topic, partition, offset, consumerGroup }: Origin): string =>
  `${topic}:${partition}:${offset}:${consumerGroup}`;

/**
 * Its id where a record of another time has that of its place: the offsets of a topic that was lost and made anew begin again. Only
 * there, as a version that knows no such id must find the others.
 */
export const timedDeadLetterId = ({
  topic,
  partition,
  offset,
  timestamp,
  consumerGroup,
}: Origin & Pick<DeadLetter, 'timestamp'>): string => `${topic}:${partition}:${offset}:${timestamp}:${consumerGroup}`;

/** The header of a replayed record that names its dead letter. */
export const replayHeader = 'ce_replayof';

/** Open until a person has decided. Both ends are final: what fails again after a replay is a dead letter of its own. */
export type DeadLetterState = 'open' | 'replayed' | 'discarded';

export type KeptDeadLetter = DeadLetter & {
  readonly id: string;
  readonly state: DeadLetterState;
  readonly closedAt: Instant | null;
};

/** A place in the list: what comes after the dead letter that failed then and has this id. */
export type DeadLetterPlace = { readonly firstFailedAt: Instant; readonly id: string };

export type DeadLetterQuery = {
  readonly state: DeadLetterState | null;
  readonly topic: string | null;
  readonly errorCode: string | null;
  readonly after: DeadLetterPlace | null;
  readonly limit: number;
};

/**
 * Dead letters where staff can work with them. Open ones stay; closed ones are deleted 90 days later, as long as their
 * topic keeps them. A majority acknowledges each write. Throws a retryable Fault while the store does not answer.
 */
export type DeadLetters = {
  /** The id that the dead letter has, or gets when it is kept. */
  readonly idOf: (letter: DeadLetter) => Promise<string>;
  /** Keeping a kept dead letter changes nothing, whatever became of it. A record of another time at the same place is another one. */
  readonly keep: (letter: DeadLetter) => Promise<void>;
  /** Newest first, without the sealed records. */
  readonly list: (query: DeadLetterQuery) => Promise<readonly Omit<KeptDeadLetter, 'sealed'>[]>;
  readonly find: (id: string) => Promise<KeptDeadLetter | null>;
  /** Closes an open dead letter. Returns its state afterwards, which is another one where it was closed before. */
  readonly close: (id: string, as: 'replayed' | 'discarded', at: Instant) => Promise<DeadLetterState | null>;
};
