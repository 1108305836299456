import type { CommandEntry } from '../../domain/model/command.ts';
import type { PastPayment } from '../../domain/model/context.ts';
import type { Instant } from '../../domain/model/instant.ts';
import type { Subscriber } from '../../domain/model/subscriber.ts';
import type { NextDue, TimerType } from '../../domain/timers/index.ts';
import type { OutboxEntry } from './outbox.ts';

/** The next thing due, as saved: `notBefore` and `tries` belong to the announcing jobs and are real time. */
export type Announce = NextDue & { readonly notBefore: Instant | null; readonly tries: number };

export type StoredSubscriber = {
  readonly subscriber: Subscriber;
  readonly version: number;
  readonly announce: Announce;
  /** Oldest first; what an earlier save left behind is published before what the next save adds. */
  readonly outbox: readonly OutboxEntry[];
};

export type SubscriberSave = {
  readonly subscriber: Subscriber;
  /** The version that was loaded; 0 inserts. */
  readonly expectedVersion: number;
  /** Names this save for good: found on a reload it says that the save was applied although its answer was lost. */
  readonly saveId: string;
  readonly announce: NextDue;
  readonly entry: OutboxEntry | null;
};

export type DueSubscriber = {
  readonly userId: string;
  readonly announce: Announce;
  readonly testClockId: string | null;
};

/**
 * Subscribers, one document per user. Every save is one compare-and-set on `version`; nothing spans two documents.
 * Rejects with a transient Fault when the database does not answer; never rejects for a lost race.
 */
export type SubscriberStore = {
  readonly load: (userId: string) => Promise<StoredSubscriber | null>;
  /** Many at once, in one question and any order: found ones only, each once. */
  readonly findMany: (userIds: readonly string[]) => Promise<readonly Subscriber[]>;
  /** `conflict`: somebody saved first (or inserted first): reload and decide anew. An applied save whose answer was lost is `saved`. */
  readonly save: (save: SubscriberSave) => Promise<'saved' | 'conflict'>;
  /** Removes published entries, one bulk for all; unknown ones are nothing to do. */
  readonly pullOutbox: (
    published: readonly { readonly userId: string; readonly entryIds: readonly string[] }[],
  ) => Promise<void>;
  /** Users whose oldest outbox entry is older than `before` (real time), oldest first, at most `limit`. */
  readonly findLeftovers: (
    before: Instant,
    limit: number,
  ) => Promise<readonly { readonly userId: string; readonly outbox: readonly OutboxEntry[] }[]>;
  /**
   * Subscribers with something of `type` due and `notBefore ≤ realNow`: on real time (no test clock) when their business
   * instant ≤ realNow, and any whose real instant ≤ realNow; with `testClock`, its subscribers whose business instant ≤ its `now`.
   * Earliest first, at most `limit`. Cost follows what is due, not how many subscribers there are.
   */
  readonly findDue: (query: {
    readonly types: readonly TimerType[];
    readonly realNow: Instant;
    readonly testClock: { readonly id: string; readonly now: Instant } | null;
    readonly limit: number;
  }) => Promise<readonly DueSubscriber[]>;
  /** Claims announcements exactly as seen (compare-and-set on `notBefore`): true where this caller won. Does not count a try. */
  readonly claimDue: (
    claims: readonly { readonly due: DueSubscriber; readonly notBefore: Instant }[],
  ) => Promise<readonly boolean[]>;
  /** Counts an acknowledged publication of the announcement as claimed. */
  readonly countTries: (
    published: readonly { readonly userId: string; readonly notBefore: Instant }[],
  ) => Promise<void>;
  /** The earliest business instant due later than `after`, at or before `until`, among the test clock's subscribers, or null. */
  readonly earliestDue: (testClockId: string, after: Instant, until: Instant) => Promise<Instant | null>;
  /**
   * Whether nothing of the test clock's subscribers is under way at its `now`: nothing due in business time, no payment or
   * refund created or on the wire, no outbox entry unpublished.
   */
  readonly isQuiescent: (testClockId: string, now: Instant) => Promise<boolean>;
  /** Command entries of many users at once, for waiting requests: found ones only. */
  readonly findCommands: (
    wanted: readonly { readonly userId: string; readonly commandId: string }[],
  ) => Promise<readonly { readonly userId: string; readonly entry: CommandEntry; readonly subscriber: Subscriber }[]>;
};

/** The two questions that a read model answers for a decision. */
export type PastLookups = {
  readonly findCommand: (userId: string, commandId: string) => Promise<CommandEntry | null>;
  readonly findPayment: (userId: string, paymentId: string) => Promise<PastPayment | null>;
};
