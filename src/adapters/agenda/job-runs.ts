import type { Clock } from '../../application/ports/clock.ts';
import { Fault, isPassing } from '../../application/ports/faults.ts';
import type { JobDeclaration } from '../../application/ports/job.ts';
import type { Log } from '../../application/ports/log.ts';

/** What one job has done in this process, for metrics. */
export type JobRun = {
  readonly job: string;
  readonly runs: number;
  readonly failures: number;
  /** Of the last run that succeeded: what it found and announced. */
  readonly lastCounts: Readonly<Record<string, number>>;
};

export type JobRuns = {
  readonly runOnce: <Services>(job: JobDeclaration<Services>, services: Services) => Promise<void>;
  /** How long each running job has been running. */
  readonly runningMs: () => ReadonlyMap<string, number>;
  readonly all: () => readonly JobRun[];
};

/** Runs each job at most once at a time and counts the runs. Never rejects: a job that failed is due again soon. */
export function createJobRuns(names: readonly string[], log: Log, clock: Clock): JobRuns {
  const startedMs = new Map<string, number>();
  const none = { runs: 0, failures: 0, lastCounts: {} };
  const results = new Map<string, JobRun>(names.map((job) => [job, { job, ...none }]));

  const record = (job: string, counts: JobRun['lastCounts'] | null): void => {
    const before = results.get(job) ?? { job, ...none };
    results.set(job, {
      job,
      runs: before.runs + 1,
      failures: before.failures + (counts === null ? 1 : 0),
      lastCounts: counts ?? before.lastCounts,
    });
  };

  return {
    runOnce: async (job, services) => {
      // Agenda gives up on a run whose lock expired, and starts the next one while the first still runs.
      if (startedMs.has(job.name)) return;
      startedMs.set(job.name, clock.monotonicMs());
      try {
        record(job.name, await job.run(services));
      } catch (error) {
        record(job.name, null);
        const code = error instanceof Fault ? { code: error.code } : {};
        if (isPassing(error)) log.warn('Job postponed', { job: job.name, ...code }, error);
        else log.error('Job failed', { job: job.name, ...code }, error);
      } finally {
        startedMs.delete(job.name);
      }
    },
    runningMs: () => new Map([...startedMs].map(([job, sinceMs]) => [job, clock.monotonicMs() - sinceMs])),
    all: () => [...results.values()],
  };
}
