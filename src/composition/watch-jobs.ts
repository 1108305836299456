import type { JobRun } from '../adapters/agenda/job-runs.ts';
import type { Scheduler } from '../adapters/agenda/scheduler.ts';
import type { ProcessMetrics } from '../adapters/metrics/process-metrics.ts';

/** Shows what the jobs of this process have done: a job that finds nothing for hours fails no run and logs no line. */
export function watchJobs(
  { watch, collect }: ProcessMetrics,
  { runs, storeErrors }: Pick<Scheduler, 'runs' | 'storeErrors'>,
): void {
  const byJob = (count: (run: JobRun) => number) => () =>
    Object.fromEntries(runs().map((run) => [run.job, count(run)]));
  const lastCounts = ({ job, lastCounts: counts }: JobRun) =>
    Object.entries(counts).map(([name, count]) => [`${job}.${name}`, count] as const);
  // The label is not `job`: that one Prometheus sets itself, to the name of the scrape.
  const counted = {
    name: 'billing_job_runs_total',
    help: 'Runs of each job by how they ended',
    labels: { task: runs().map(({ job }) => job), outcome: ['succeeded', 'failed'] },
  };
  collect('counter', counted, () =>
    runs().flatMap(({ job, runs: all, failures }) => [
      [{ task: job, outcome: 'succeeded' }, all - failures] as const,
      [{ task: job, outcome: 'failed' }, failures] as const,
    ]),
  );
  watch(
    'billing_job_runs',
    'Runs of each job',
    'task',
    byJob((run) => run.runs),
  );
  watch(
    'billing_job_failures',
    'Runs of each job that failed',
    'task',
    byJob((run) => run.failures),
  );
  watch('billing_job_last_counts', 'What the last good run of each job found and did', 'count', () =>
    Object.fromEntries(runs().flatMap(lastCounts)),
  );
  watch('billing_job_store_errors', 'Times the documents of the jobs could not be read or written', 'store', () => ({
    agenda: storeErrors(),
  }));
}
