import type { Clock } from '../../application/ports/clock.ts';
import type { Handled } from '../../application/ports/doors.ts';
import { Poison } from '../../application/ports/doors.ts';
import { classify } from './classify.ts';
import type { RunnerSettings } from './settings.ts';

/** One message and the two things that can be done with it. Both may throw anything. */
export type Work = {
  readonly handle: () => Promise<Handled>;
  /** Resolves when the dead letter is acknowledged. */
  readonly bury: (poison: Poison) => Promise<void>;
};

/**
 * How the work on one message ended. `abandoned`: it was told to stop waiting. `away`: a dependency did not come back
 * within the bound. `bug`: the same failure too often. Only the first three let the offset pass.
 */
export type WorkEnd =
  | Handled
  | { readonly kind: 'dead_lettered'; readonly code: string }
  | { readonly kind: 'abandoned' }
  | { readonly kind: 'away'; readonly error: unknown }
  | { readonly kind: 'bug'; readonly error: unknown };

export type WorkTools = {
  readonly clock: Clock;
  readonly settings: RunnerSettings;
  /** Aborts when the partition is gone or resting: whoever waits then lets go. */
  readonly signal: AbortSignal;
  readonly onRetry: () => void;
};

const attempt = async (work: Work): Promise<WorkEnd> => {
  try {
    return await work.handle();
  } catch (error) {
    if (!(error instanceof Poison)) throw error;
    await work.bury(error);
    return { kind: 'dead_lettered', code: error.code };
  }
};

/** Repeats one message until it is done with, or until waiting in place has lasted long enough. */
export const workThrough = async (work: Work, tools: WorkTools): Promise<WorkEnd> => {
  const { clock, settings, signal } = tools;
  const startedMs = clock.monotonicMs();
  let bugs = 0;
  let pauseMs = settings.transientFirstPauseMs;
  while (!signal.aborted) {
    try {
      return await attempt(work);
    } catch (error) {
      if (classify(error) === 'transient') {
        if (clock.monotonicMs() - startedMs >= settings.transientBoundMs) return { kind: 'away', error };
        await clock.wait(pauseMs, signal);
        pauseMs = Math.min(pauseMs * 2, settings.transientMaxPauseMs);
      } else {
        bugs += 1;
        if (bugs >= settings.bugAttempts) return { kind: 'bug', error };
        await clock.wait(settings.bugPauseMs, signal);
      }
    }
    tools.onRetry();
  }
  return { kind: 'abandoned' };
};
