import { startScheduler } from '../adapters/agenda/scheduler.ts';
import { createProcessMetrics } from '../adapters/metrics/process-metrics.ts';
import { systemClock } from '../adapters/system/clock.ts';
import type { CoreServices } from '../application/services/core-services.ts';
import type { JobDeclaration } from '../application/ports/job.ts';
import { openCore } from './open-core.ts';
import { type ProcessContext, runProcess } from './run-process.ts';
import { startHealth } from './start-health.ts';
import { stopBounds } from './stop-bounds.ts';
import { watchJobs } from './watch-jobs.ts';

type Jobs = readonly JobDeclaration<CoreServices>[];

async function start(
  context: ProcessContext,
  jobs: { readonly always: Jobs; readonly withTestClocks: Jobs },
): Promise<void> {
  const { config, log, closers } = context;
  const { services, needs } = await openCore(context);
  const scheduler = await startScheduler({
    jobs: [...jobs.always, ...(services.testClocks === null ? [] : jobs.withTestClocks)],
    services,
    mongoUrl: config.MONGODB_URL,
    log,
    clock: systemClock,
  });
  closers.add('scheduler', () => scheduler.stop(stopBounds.jobsMs));
  const metrics = createProcessMetrics();
  watchJobs(metrics, scheduler);
  await startHealth(context, metrics, {
    needs: { ...needs, scheduler: scheduler.isAlive },
    isAlive: scheduler.isAlive,
  });
}

/** Runs a jobs process. */
export const startJobs = (jobs: { readonly always: Jobs; readonly withTestClocks: Jobs }): Promise<void> =>
  runProcess('jobs', { METRICS_PORT: '9466' }, (context) => start(context, jobs));
