import type { CommandEntry, CommandOutcome } from '../../domain/model/command.ts';
import type { Instant } from '../../domain/model/instant.ts';
import type { Subscriber } from '../../domain/model/subscriber.ts';
import { findOldCommand } from './find-old-command.ts';
import type { Clock } from '../ports/clock.ts';
import type { Log } from '../ports/log.ts';
import type { PastLookups, SubscriberStore } from '../ports/subscriber-store.ts';
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

export type AwaitedOutcome =
  | {
      readonly kind: 'ended';
      readonly outcome: CommandOutcome;
      /** When the command was accepted for the first time. */
      readonly acceptedAt: Instant;
      /** The same by the clock of the process that accepted it. */
      readonly claimedAt: Instant;
      /** Of the body as it was accepted for the first time. */
      readonly bodyHash: string;
      readonly subscriber: Subscriber | null;
    }
  | { readonly kind: 'other_body' }
  | { readonly kind: 'pending' };

export type AwaitOutcome = (wanted: AwaitedCommand) => Promise<AwaitedOutcome>;

export type AwaitOutcomesServices = {
  readonly clock: Clock;
  readonly log: Log;
  readonly store: Pick<SubscriberStore, 'findCommands'>;
  readonly past: PastLookups;
};

type Waiter = {
  readonly wanted: AwaitedCommand;
  readonly sinceMs: number;
  readonly resolve: (outcome: AwaitedOutcome) => void;
};

/** During a roll a newer version may have saved an outcome of another kind: the command is then not answered yet. */
const known: Readonly<Record<CommandOutcome['kind'], true>> = {
  completed: true,
  requires_action: true,
  rejected: true,
};

/** The result for a request with this body; null while the command has no outcome. */
export function judgeEntry(
  entry: CommandEntry,
  hashes: readonly string[],
  subscriber: Subscriber | null,
): Exclude<AwaitedOutcome, { kind: 'pending' }> | null {
  const { outcome, acceptedAt, claimedAt = acceptedAt, bodyHash } = entry;
  if (!hashes.includes(bodyHash)) return { kind: 'other_body' };
  if (outcome === null || !Object.hasOwn(known, outcome.kind)) return null;
  return { kind: 'ended', outcome, acceptedAt, claimedAt, bodyHash, subscriber };
}

/** Whether the outcome of the command is final. */
export const isOver = (awaited: AwaitedOutcome): boolean =>
  awaited.kind === 'other_body' || (awaited.kind === 'ended' && awaited.outcome.kind !== 'requires_action');

function answer({ wanted, resolve }: Waiter, entry: CommandEntry, subscriber: Subscriber | null): void {
  const outcome = judgeEntry(entry, [wanted.bodyHash, ...(wanted.otherHashes ?? [])], subscriber);
  if (outcome !== null && (wanted.until === 'answer' || isOver(outcome))) resolve(outcome);
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
    if (wanted.waitMs === 0 || waiting.size >= waitingMax[wanted.until]) return { kind: 'pending' };
    const answered = Promise.withResolvers<AwaitedOutcome>();
    const resolve = (outcome: AwaitedOutcome): void => {
      // Removed at once, so that no further query includes it.
      waiting.delete(waiter);
      answered.resolve(outcome);
    };
    const waiter: Waiter = { wanted, sinceMs: clock.monotonicMs(), resolve };
    waiting.add(waiter);
    if (wanted.mayBeOld) void lookUpPast(services, waiter);
    if (!polling) void pollWhileWaiting();
    try {
      return await within(
        { clock, ms: wanted.waitMs, signal: wanted.signal },
        () => answered.promise,
        () => ({ kind: 'pending' }),
      );
    } finally {
      waiting.delete(waiter);
    }
  };
}
