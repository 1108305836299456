import type { CommandEntry } from '../../domain/model/command.ts';
import type { PastPayment } from '../../domain/model/context.ts';
import type { Instant } from '../../domain/model/instant.ts';
import type { Subscriber } from '../../domain/model/subscriber.ts';
import type { NextDue, TimerType } from '../../domain/timers/index.ts';
import type { OutboxEntry } from './outbox.ts';

/** Next due, as saved. `notBefore` (real time) and `tries` belong to the jobs that announce. */
export type Announce = NextDue & { readonly notBefore: Instant | null; readonly tries: number };

export type StoredSubscriber = {
  readonly subscriber: Subscriber;
  readonly version: number;
  readonly announce: Announce;
  /** Oldest first: entries of earlier saves are published before those of later ones. */
  readonly outbox: readonly OutboxEntry[];
};

export type SubscriberSave = {
  readonly subscriber: Subscriber;
  /** The version that was loaded; 0 inserts the document. */
  readonly expectedVersion: number;
  /** The id of this save. Where the answer is lost, a reload that finds it shows that the save was applied. */
  readonly saveId: string;
  readonly announce: NextDue;
  readonly entry: OutboxEntry | null;
};

export type DueSubscriber = {
  readonly userId: string;
  readonly announce: Announce;
  readonly testClockId: string | null;
  /** Names the announcement in a claim, as the store has it: a newer version may have saved a timer that is not known here. */
  readonly claimKey: string;
};

/**
 * Subscribers, one document per user. Every save is one compare-and-set on `version`; no save spans two documents.
 * Rejects with a transient Fault when the database does not answer; never rejects for a lost race.
 */
export type SubscriberStore = {
  readonly load: (userId: string) => Promise<StoredSubscriber | null>;
  /** Many in one query: those that exist, each once, in any order. */
  readonly findMany: (userIds: readonly string[]) => Promise<readonly Subscriber[]>;
  /** `conflict`: another save came first; load and decide again. An applied save whose answer was lost is `saved`. */
  readonly save: (save: SubscriberSave) => Promise<'saved' | 'conflict'>;
  /** Removes published entries in one bulk write. An entry that is not there is no error. */
  readonly pullOutbox: (
    published: readonly { readonly userId: string; readonly entryIds: readonly string[] }[],
  ) => Promise<void>;
  /**
   * Users whose oldest outbox entry is older than `before` (real time) or is hours ahead of it, and not older than `from`, oldest
   * first, at most `limit`, without `except`.
   */
  readonly findLeftovers: (
    before: Instant,
    among: { readonly limit: number; readonly from: Instant | null; readonly except: readonly string[] },
  ) => Promise<readonly { readonly userId: string; readonly outbox: readonly OutboxEntry[] }[]>;
  /**
   * Subscribers with a timer of the `types` due and `notBefore ≤ realNow` (one that is hours ahead holds no one up):
   * 1. without a test clock: business instant ≤ realNow;
   * 2. of the given `testClock`: business instant ≤ its `now`;
   * 3. any subscriber: real instant ≤ realNow.
   * Earliest first, at most `limit`. The cost depends on how many are due, not on how many subscribers there are.
   */
  readonly findDue: (query: {
    readonly types: readonly TimerType[];
    readonly realNow: Instant;
    readonly testClock: { readonly id: string; readonly now: Instant } | null;
    readonly limit: number;
  }) => Promise<readonly DueSubscriber[]>;
  /** Claims announcements by compare-and-set on `notBefore`: true where this caller won. Does not count a try. */
  readonly claimDue: (
    claims: readonly { readonly due: DueSubscriber; readonly notBefore: Instant }[],
  ) => Promise<readonly boolean[]>;
  /** Counts a try of each claimed announcement that Kafka has acknowledged. */
  readonly countTries: (
    published: readonly { readonly userId: string; readonly notBefore: Instant }[],
  ) => Promise<void>;
  /** The earliest business instant of the test clock's subscribers later than `after` and not later than `until`. */
  readonly earliestDue: (testClockId: string, after: Instant, until: Instant) => Promise<Instant | null>;
  /**
   * Whether the test clock's subscribers have nothing to do at its `now`: nothing due in business time, no payment or
   * refund that is created or being sent, no unpublished outbox entry.
   */
  readonly isQuiescent: (testClockId: string, now: Instant) => Promise<boolean>;
  /** Commands of many users in one query, for waiting requests: those that the documents hold. */
  readonly findCommands: (
    wanted: readonly { readonly userId: string; readonly commandId: string }[],
  ) => Promise<readonly { readonly userId: string; readonly entry: CommandEntry; readonly subscriber: Subscriber }[]>;
};

/** The two look-ups in the read models that decisions use. */
export type PastLookups = {
  readonly findCommand: (userId: string, commandId: string) => Promise<CommandEntry | null>;
  readonly findPayment: (userId: string, paymentId: string) => Promise<PastPayment | null>;
};
