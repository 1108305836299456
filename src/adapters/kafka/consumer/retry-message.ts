import type { Clock } from '../../../application/ports/clock.ts';
import type { Handled } from '../../../application/ports/consumer.ts';
import { Fault, Poison } from '../../../application/ports/faults.ts';
import type { RunnerSettings } from '../client/settings.ts';

/** One message and what can be done with it. All of it may throw anything. */
export type Work = {
  readonly handle: () => Promise<WorkEnd>;
  /** Resolves when the dead letter is acknowledged. */
  readonly deadLetter: (poison: Poison) => Promise<void>;
  /** After a bug too often: blocks the key or drops the message. `bug` where neither can be. */
  readonly giveUp: (error: unknown) => Promise<WorkEnd>;
};

/** The message is done with, and its offset may pass. */
export type Done = Handled | { readonly kind: 'deadLettered' | 'parked' | 'dropped' };

/**
 * How the work on one message ended. `abandoned`: it was told to stop waiting. `away`: a dependency did not come back
 * within the bound. `bug`: the same failure too often, and no room left to queue what comes behind it. These three keep the
 * offset from passing.
 */
export type WorkEnd =
  | Done
  | { readonly kind: 'abandoned' }
  | { readonly kind: 'away'; readonly error: unknown }
  | { readonly kind: 'bug'; readonly error: unknown };

/** What a failed message leads to: dead letter, wait in place, or block the key. */
export function classify(error: unknown): 'poison' | 'transient' | 'bug' {
  if (error instanceof Poison) return 'poison';
  return error instanceof Fault && error.retryable ? 'transient' : 'bug';
}

export type WorkTools = {
  readonly clock: Clock;
  readonly settings: RunnerSettings;
  /** Aborts when the partition is gone or resting: whoever waits then lets go. */
  readonly signal: AbortSignal;
  readonly onRetry: () => void;
};

/** One try; poison is set aside. */
export async function handleOrDeadLetter<End>(work: {
  readonly handle: () => Promise<End>;
  readonly deadLetter: Work['deadLetter'];
}): Promise<End | Done> {
  try {
    return await work.handle();
  } catch (error) {
    if (!(error instanceof Poison)) throw error;
    await work.deadLetter(error);
    return { kind: 'deadLettered' };
  }
}

/** Repeats one message until it is done with, or until waiting in place has lasted long enough. */
export async function retryMessage(work: Work, tools: WorkTools): Promise<WorkEnd> {
  const { clock, settings, signal } = tools;
  const startedMs = clock.monotonicMs();
  let bugs = 0;
  let givenUp: { readonly error: unknown } | null = null;
  let pauseMs = settings.transientFirstPauseMs;
  while (!signal.aborted) {
    try {
      return givenUp === null ? await handleOrDeadLetter(work) : await work.giveUp(givenUp.error);
    } catch (error) {
      if (classify(error) === 'transient') {
        if (clock.monotonicMs() - startedMs >= settings.transientBoundMs) return { kind: 'away', error };
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
