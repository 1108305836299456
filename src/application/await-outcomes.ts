import type { CommandEntry, CommandOutcome } from '../domain/model/command.ts';
import type { Subscriber } from '../domain/model/subscriber.ts';
import { findOldCommand } from './find-old-command.ts';
import type { Clock } from './ports/clock.ts';
import type { Log } from './ports/log.ts';
import type { PastLookups, SubscriberStore } from './ports/subscriber-store.ts';
import { within } from './within.ts';

/** One query for everybody who waits: short enough not to be felt, long enough to merge hundreds of requests. */
const pollEveryMs = 20;
/** Whoever sits at a payment page needs minutes, and crowds sit there: looked for in one of so many queries only. */
const pageEveryPolls = 50;
/** A database that did not answer is not asked fifty times a second. */
const pauseAfterFaultMs = 500;
/**
 * Requests that may wait at once in one process; the next one gets "accepted, not handled yet" without waiting. Those
 * who wait for the end of a page leave room for orders.
 */
const waitingMax = { answer: 5_000, end: 2_500 };
/** Commands asked for in one query, so that its size does not grow with the crowd. */
const batchMax = 500;

export type AwaitedCommand = {
  readonly userId: string;
  readonly commandId: string;
  readonly bodyHash: string;
  /** A repeat may ask for a command that has left the document: the read model is asked as well. */
  readonly mayBeOld: boolean;
  /** What is waited for: the first answer, which a payment page is, or the end, which it is not. */
  readonly until: 'answer' | 'end';
  readonly waitMs: number;
  readonly signal: AbortSignal;
};

export type AwaitedOutcome =
  | { readonly kind: 'ended'; readonly outcome: CommandOutcome; readonly subscriber: Subscriber | null }
  | { readonly kind: 'other_body' }
  | { readonly kind: 'pending' };

export type AwaitOutcome = (wanted: AwaitedCommand) => Promise<AwaitedOutcome>;

export type AwaitOutcomesServices = {
  readonly clock: Clock;
  readonly log: Log;
  readonly store: Pick<SubscriberStore, 'findCommands'>;
  readonly past: PastLookups;
};

type Waiter = { readonly wanted: AwaitedCommand; readonly resolve: (outcome: AwaitedOutcome) => void };

/** What an entry means for this request; null while its outcome is open. */
export function judgeEntry(
  entry: CommandEntry,
  bodyHash: string,
  subscriber: Subscriber | null,
): Exclude<AwaitedOutcome, { kind: 'pending' }> | null {
  if (entry.bodyHash !== bodyHash) return { kind: 'other_body' };
  return entry.outcome === null ? null : { kind: 'ended', outcome: entry.outcome, subscriber };
}

/** What became of a command will not change any more. */
export const isOver = (awaited: AwaitedOutcome): boolean =>
  awaited.kind === 'other_body' || (awaited.kind === 'ended' && awaited.outcome.kind !== 'requires_action');

function answer({ wanted, resolve }: Waiter, entry: CommandEntry, subscriber: Subscriber | null): void {
  const outcome = judgeEntry(entry, wanted.bodyHash, subscriber);
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
    // A page may be over in the document and not yet in the read models.
    const isOld =
      entry.outcome?.kind !== 'requires_action' || (await services.store.findCommands([wanted])).length === 0;
    if (isOld) answer(waiter, entry, null);
  } catch (cause) {
    services.log.warn('read models not readable while a request waits', { commandId: wanted.commandId }, cause);
  }
}

/**
 * All waiting requests of the process share one query per 20 ms, each until its own bound. A store that fails costs
 * nobody his acceptance: those who wait get "accepted, not handled yet" at their bound.
 */
export function createAwaitOutcome(services: AwaitOutcomesServices): AwaitOutcome {
  const { clock, log } = services;
  const waiting = new Set<Waiter>();
  let polling = false;

  async function pollWhileAnybodyWaits(): Promise<void> {
    polling = true;
    for (let polls = 1; waiting.size > 0; polls += 1) {
      await clock.wait(pollEveryMs);
      const includesPages = polls % pageEveryPolls === 0;
      try {
        await pollOnce(
          services,
          [...waiting].filter(({ wanted }) => includesPages || wanted.until === 'answer'),
        );
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
      // At once, so that the poll that brought the answer is the last one.
      waiting.delete(waiter);
      answered.resolve(outcome);
    };
    const waiter: Waiter = { wanted, resolve };
    waiting.add(waiter);
    if (wanted.mayBeOld) void lookUpPast(services, waiter);
    if (!polling) void pollWhileAnybodyWaits();
    try {
      return await within(
        { clock, ms: wanted.waitMs, leaving: wanted.signal },
        () => answered.promise,
        () => ({ kind: 'pending' }),
      );
    } finally {
      waiting.delete(waiter);
    }
  };
}
