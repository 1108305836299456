import type { RunnerTools } from './runner-options.ts';

export type CrashPolicy = {
  readonly note: (error: Error, willRestart: boolean) => void;
  /** Something was fetched: earlier crashes are healed. */
  readonly noteProgress: () => void;
};

/**
 * kafkajs restarts itself after most crashes and stays silent for ever after the others, in a process that looks alive.
 * So a crash without a restart ends the process, and so does a row of restarts without any success between them.
 */
export const createCrashPolicy = (
  { about, log, settings, ending }: Pick<RunnerTools, 'about' | 'log' | 'settings' | 'ending'>,
  onFatal: (error: Error) => void,
): CrashPolicy => {
  let restarts = 0;
  return {
    note: (error, willRestart) => {
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
    noteProgress: () => {
      restarts = 0;
    },
  };
};
