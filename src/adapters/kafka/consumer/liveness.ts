import { clientSettings } from '../client/settings.ts';
import type { RunnerTools } from './runner-options.ts';

export type Liveness = {
  /** A fetch or a heartbeat succeeded. */
  readonly noteProgress: () => void;
  /** Marks the start of one handler; the returned function marks its end. */
  readonly begin: () => () => void;
  readonly isAlive: () => boolean;
  readonly noteCrash: (error: Error, willRestart: boolean) => void;
};

/**
 * Liveness is progress: a recent fetch, heartbeat or finished message, and no handler that hangs. kafkajs restarts itself
 * after most crashes; after the others it does nothing for ever, in a process that looks alive. So a crash without a
 * restart ends the process. Restarts end it, too, when they have gone on for as long as makes a process dead, and no fetch and no
 * heartbeat has succeeded between them. Ten in a second are nothing where the group waits for another broker to take it over.
 */
export function createLiveness(
  { about, clock, log, settings, ending }: RunnerTools,
  onFatal: (error: Error) => void,
): Liveness {
  let lastMs = clock.monotonicMs();
  let crashingSinceMs: number | null = null;
  let warnedMs = -Infinity;
  // In the order of their start, so the first is the oldest.
  const running = new Map<symbol, number>();
  const isRecent = (ms: number): boolean => clock.monotonicMs() - ms < settings.livenessMs;
  return {
    noteProgress: () => {
      lastMs = clock.monotonicMs();
      crashingSinceMs = null;
    },
    begin: () => {
      const handler = Symbol();
      running.set(handler, clock.monotonicMs());
      return () => {
        running.delete(handler);
        lastMs = clock.monotonicMs();
      };
    },
    isAlive: () => {
      const [oldest] = running.values();
      return isRecent(lastMs) && (oldest === undefined || isRecent(oldest));
    },
    noteCrash: (error, willRestart) => {
      // A process that is ending anyway has nothing to report.
      if (ending.aborted) return;
      crashingSinceMs ??= clock.monotonicMs();
      if (willRestart && isRecent(crashingSinceMs)) {
        if (clock.monotonicMs() - warnedMs < clientSettings.logRepeatMs) return;
        warnedMs = clock.monotonicMs();
        log.warn('the kafka consumer crashed and restarts', about, error);
        return;
      }
      log.error('the kafka consumer crashed for good', about, error);
      onFatal(error);
    },
  };
}
