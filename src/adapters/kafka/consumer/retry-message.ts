import type { Clock } from '../../../application/ports/clock.ts';
import type { Handled } from '../../../application/ports/consumer.ts';
import { Fault, mustQueue, Poison } from '../../../application/ports/faults.ts';
import type { RunnerSettings } from '../client/settings.ts';

/** The steps for one message. Each may throw anything. */
export type Work = {
  readonly handle: () => Promise<WorkOutcome>;
  /** Resolves when the dead letter is acknowledged. */
  readonly deadLetter: (poison: Poison) => Promise<void>;
  /** After too many failures: blocks the key or drops the message. Returns `bug` where neither is possible. */
  readonly giveUp: (error: unknown) => Promise<WorkOutcome>;
};

/** The message is finished, and its offset may be committed. */
export type Finished = Handled | { readonly kind: 'deadLettered' | 'parked' | 'dropped' };

/**
 * How the work on one message ended. Three outcomes keep its offset from being committed:
 * - `abandoned`: the signal aborted.
 * - `unavailable`: a dependency did not come back within the bound.
 * - `bug`: the message failed too often, and its key could not be blocked.
 */
export type WorkOutcome =
  | Finished
  | { readonly kind: 'abandoned' }
  | { readonly kind: 'unavailable'; readonly error: unknown }
  | { readonly kind: 'bug'; readonly error: unknown };

/** What a failed message leads to: dead letter, wait in place, or block the key. */
export function classify(error: unknown): 'poison' | 'transient' | 'bug' {
  if (error instanceof Poison) return 'poison';
  return error instanceof Fault && error.retryable ? 'transient' : 'bug';
}

export type WorkTools = {
  readonly clock: Clock;
  readonly settings: RunnerSettings;
  /** Aborts when the partition is closed: waiting ends at once. */
  readonly signal: AbortSignal;
  readonly onRetry: () => void;
};

/** One attempt; poison goes to the dead letters. */
export async function handleOrDeadLetter<Result>(work: {
  readonly handle: () => Promise<Result>;
  readonly deadLetter: Work['deadLetter'];
}): Promise<Result | Finished> {
  try {
    return await work.handle();
  } catch (error) {
    if (!(error instanceof Poison)) throw error;
    await work.deadLetter(error);
    return { kind: 'deadLettered' };
  }
}

/** Repeats one message until it is finished, or until an outage has lasted for the bound. */
export async function retryMessage(work: Work, tools: WorkTools): Promise<WorkOutcome> {
  const { clock, settings, signal } = tools;
  const startedMs = clock.monotonicMs();
  let bugs = 0;
  let givenUp: { readonly error: unknown } | null = null;
  let pauseMs = settings.transientFirstPauseMs;
  while (!signal.aborted) {
    try {
      return givenUp === null ? await handleOrDeadLetter(work) : await work.giveUp(givenUp.error);
    } catch (error) {
      const isTransient = classify(error) === 'transient';
      const isLate = clock.monotonicMs() - startedMs >= settings.transientBoundMs;
      if (givenUp === null && mustQueue(error) && (isLate || !isTransient)) givenUp = { error };
      else if (isTransient) {
        if (isLate) return { kind: 'unavailable', error };
        await clock.wait(pauseMs, signal);
        pauseMs = Math.min(pauseMs * 2, settings.transientMaxPauseMs);
      } else {
        if (givenUp !== null) return { kind: 'bug', error };
        bugs += 1;
        if (bugs >= settings.bugAttempts) givenUp = { error };
        else await clock.wait(settings.bugPauseMs, signal);
      }
    }
    tools.onRetry();
  }
  return { kind: 'abandoned' };
}
