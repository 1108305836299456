import type { CommandEntry } from '../../domain/model/command.ts';
import type { Subscriber } from '../../domain/model/subscriber.ts';
import { type AwaitedOutcome, isOver, judgeEntry, unseen } from './awaited-outcome.ts';
import { findOldCommand } from './find-old-command.ts';
import { readCommandStatus, type ReadCommandStatusServices } from './read-command-status.ts';
import type { Clock } from '../ports/clock.ts';
import type { Log } from '../ports/log.ts';
import { within } from '../services/within.ts';

/** All waiting requests share one query: short enough not to be noticed, long enough to merge hundreds of requests. */
const pollEveryMs = 20;
/** Most commands are decided within a second. What waits for longer than that is asked for by each 10th query only. */
const youngMs = 2_000;
const oldEveryPolls = 10;
/** Requests that wait for the end of a page take minutes and are many, so only each 50th query includes them. */
const pageEveryPolls = 50;
/** After a failed query the next one waits longer, so that fifty queries a second do not hit a failing database. */
const pauseAfterFaultMs = 500;
/**
 * Requests that may wait at once in one process. The next one gets "accepted, not handled yet" without waiting. The lower
 * bound for the ends of pages keeps room for new commands.
 */
const waitingMax = { answer: 5_000, end: 2_500 };
/** Commands per query, so that its size is bounded. */
const batchMax = 500;
/** How long a repeat that does not wait is looked up: a busy database takes as long, and its client wants no wait. */
const lookUpMs = 1_000;

export type AwaitedCommand = {
  readonly userId: string;
  readonly commandId: string;
  readonly bodyHash: string;
  /** What the same body hashes to under other keys, and did in an older version. */
  readonly otherHashes?: readonly string[];
  /** Set for a repeat: the document may no longer hold its command, so the read model is queried as well. */
  readonly mayBeOld: boolean;
  /** `answer`: the first outcome, which may be a payment page; `end`: the final outcome. */
  readonly until: 'answer' | 'end';
  readonly waitMs: number;
  readonly signal: AbortSignal;
};

export type AwaitOutcome = (wanted: AwaitedCommand) => Promise<AwaitedOutcome>;

export type AwaitOutcomesServices = ReadCommandStatusServices & { readonly clock: Clock; readonly log: Log };

type Waiter = {
  readonly wanted: AwaitedCommand;
  readonly sinceMs: number;
  readonly resolve: (outcome: AwaitedOutcome) => void;
  /** The answer at the deadline. */
  pending: AwaitedOutcome;
};

function answer(waiter: Waiter, entry: CommandEntry, subscriber: Subscriber | null): void {
  const { wanted, resolve } = waiter;
  const awaited = judgeEntry(entry, wanted, subscriber);
  if (awaited.kind === 'pending') waiter.pending = awaited;
  else if (wanted.until === 'answer' || isOver(awaited)) resolve(awaited);
}

const keyOf = (userId: string, commandId: string): string => `${userId} ${commandId}`;

async function pollOnce(services: AwaitOutcomesServices, waiters: readonly Waiter[]): Promise<void> {
  const byKey = Map.groupBy(waiters, ({ wanted }) => keyOf(wanted.userId, wanted.commandId));
  const wanted = waiters.map((waiter) => waiter.wanted);
  for (let from = 0; from < wanted.length; from += batchMax) {
    const found = await services.store.findCommands(wanted.slice(from, from + batchMax));
    for (const { userId, entry, subscriber } of found) {
      for (const waiter of byKey.get(keyOf(userId, entry.id)) ?? []) {
        answer(waiter, entry, subscriber);
      }
    }
  }
}

async function lookUpPast(services: AwaitOutcomesServices, waiter: Waiter): Promise<void> {
  const { wanted } = waiter;
  try {
    const entry = await findOldCommand(services.past, wanted);
    if (entry === null) return;
    // While the document holds the command, its outcome there may be newer than in the read models.
    const isOld =
      entry.outcome?.kind !== 'requires_action' || (await services.store.findCommands([wanted])).length === 0;
    if (isOld) answer(waiter, entry, null);
  } catch (cause) {
    services.log.warn('read models not readable while a request waits', { commandId: wanted.commandId }, cause);
  }
}

/** A repeat is answered as the first request was, also where it does not wait. */
async function lookUpOnce(services: AwaitOutcomesServices, wanted: AwaitedCommand): Promise<AwaitedOutcome> {
  const { clock, log } = services;
  try {
    return await within(
      { clock, ms: lookUpMs, signal: wanted.signal },
      () => readCommandStatus(services, wanted),
      () => unseen,
    );
  } catch (cause) {
    log.warn('outcome of a repeat not readable', { commandId: wanted.commandId }, cause);
    return unseen;
  }
}

/**
 * All waiting requests of the process share one query every 20 ms. A database outage never turns an accepted command into
 * an error: waiting requests get "accepted, not handled yet" at their deadline.
 */
export function createAwaitOutcome(services: AwaitOutcomesServices): AwaitOutcome {
  const { clock, log } = services;
  const waiting = new Set<Waiter>();
  let polling = false;

  async function pollWhileWaiting(): Promise<void> {
    polling = true;
    for (let polls = 1; waiting.size > 0; polls += 1) {
      await clock.wait(pollEveryMs);
      const nowMs = clock.monotonicMs();
      const isAsked = ({ wanted, sinceMs }: Waiter): boolean => {
        if (wanted.until === 'end') return polls % pageEveryPolls === 0;
        return nowMs - sinceMs < youngMs || polls % oldEveryPolls === 0;
      };
      try {
        await pollOnce(services, [...waiting].filter(isAsked));
      } catch (cause) {
        log.warn('outcomes not readable while requests wait', { count: waiting.size }, cause);
        await clock.wait(pauseAfterFaultMs);
      }
    }
    polling = false;
  }

  return async (wanted) => {
    if (wanted.waitMs === 0 || waiting.size >= waitingMax[wanted.until])
      return wanted.mayBeOld ? lookUpOnce(services, wanted) : unseen;
    const answered = Promise.withResolvers<AwaitedOutcome>();
    const resolve = (outcome: AwaitedOutcome): void => {
      // Removed at once, so that no further query includes it.
      waiting.delete(waiter);
      answered.resolve(outcome);
    };
    const waiter: Waiter = { wanted, sinceMs: clock.monotonicMs(), resolve, pending: unseen };
    waiting.add(waiter);
    if (wanted.mayBeOld) void lookUpPast(services, waiter);
    if (!polling) void pollWhileWaiting();
    try {
      return await within(
        { clock, ms: wanted.waitMs, signal: wanted.signal },
        () => answered.promise,
        () => waiter.pending,
      );
    } finally {
      waiting.delete(waiter);
    }
  };
}
