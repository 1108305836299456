import type { Clock } from '../../application/ports/clock.ts';
import type { RunnerSettings } from './settings.ts';

export type Progress = {
  readonly note: () => void;
  /** Marks the run of one handler; the returned function ends it. */
  readonly begin: () => () => void;
  readonly isAlive: () => boolean;
};

/** Liveness is progress: something was fetched, kept alive or finished lately, and no handler hangs. */
export const createProgress = (clock: Clock, settings: RunnerSettings): Progress => {
  let lastMs = clock.monotonicMs();
  // In the order of their beginning, so the first is the oldest.
  const running = new Map<number, number>();
  let count = 0;
  const isRecent = (ms: number): boolean => clock.monotonicMs() - ms < settings.livenessMs;
  return {
    note: () => {
      lastMs = clock.monotonicMs();
    },
    begin: () => {
      const id = (count += 1);
      running.set(id, clock.monotonicMs());
      return () => {
        running.delete(id);
        lastMs = clock.monotonicMs();
      };
    },
    isAlive: () => {
      const [oldest] = running.values();
      return isRecent(lastMs) && (oldest === undefined || isRecent(oldest));
    },
  };
};
