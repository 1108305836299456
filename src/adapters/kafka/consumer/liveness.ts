import type { RunnerTools } from './runner-options.ts';

export type Liveness = {
  /** A fetch or a heartbeat succeeded: earlier crashes no longer count. */
  readonly noteProgress: () => void;
  /** Marks the start of one handler; the returned function marks its end. */
  readonly begin: () => () => void;
  readonly isAlive: () => boolean;
  readonly noteCrash: (error: Error, willRestart: boolean) => void;
};

/**
 * Liveness is progress: a recent fetch, heartbeat or finished message, and no handler that hangs. kafkajs restarts itself
 * after most crashes; after the others it does nothing for ever, in a process that looks alive. So a crash without a
 * restart ends the process, and so does a row of restarts without any success between them.
 */
export function createLiveness(
  { about, clock, log, settings, ending }: RunnerTools,
  onFatal: (error: Error) => void,
): Liveness {
  let lastMs = clock.monotonicMs();
  let restarts = 0;
  // In the order of their start, so the first is the oldest.
  const running = new Map<symbol, number>();
  const isRecent = (ms: number): boolean => clock.monotonicMs() - ms < settings.livenessMs;
  return {
    noteProgress: () => {
      lastMs = clock.monotonicMs();
      restarts = 0;
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
      restarts += 1;
      if (willRestart && restarts <= settings.restartsWithoutProgress) {
        log.warn('the kafka consumer crashed and restarts', about, error);
        return;
      }
      log.error('the kafka consumer crashed for good', about, error);
      onFatal(error);
    },
  };
}
