import type { Instant } from '../../domain/model/instant.ts';
import type { TimerType } from '../../domain/timers/index.ts';
import type { WorkState } from './work-list.ts';

/** More is counted as this many: how bad it is shows long before, and a count must not read a collection. */
export const countedMax = 1_000;

/** What waits in the database. */
export type Backlog = {
  /** Since when the oldest timer of each type is due and not decided, announced or not; null where none is. */
  readonly oldestDue: Readonly<Record<TimerType, Instant | null>>;
  /** When the oldest entry of any outbox was saved; null where all is published. */
  readonly oldestOutbox: Instant | null;
  /** What waits for a person. */
  readonly work: Readonly<Record<WorkState, number>>;
  readonly openDeadLetters: number;
};

/** Without subscribers of test clocks. Throws a retryable Fault while the store does not answer. */
export type ReadBacklog = (now: Instant) => Promise<Backlog>;

/** How many messages of its topic a consumer group has not committed. */
export type GroupLag = { readonly group: string; readonly topic: string; readonly messages: number };
