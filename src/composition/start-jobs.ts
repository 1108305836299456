import { startScheduler } from '../adapters/agenda/scheduler.ts';
import { readLag } from '../adapters/kafka/admin/lag.ts';
import { createMeter } from '../adapters/metrics/meter.ts';
import { systemClock } from '../adapters/system/clock.ts';
import { traceJob } from '../adapters/tracing/trace-ports.ts';
import type { CoreServices } from '../application/services/core-services.ts';
import type { JobDeclaration } from '../application/ports/job.ts';
import { openCore } from './open-core.ts';
import { openMetrics } from './open-metrics.ts';
import { openTracer } from './open-tracer.ts';
import { type ProcessContext, runProcess } from './run-process.ts';
import { startHealth } from './start-health.ts';
import { stopBounds } from './stop-bounds.ts';
import { watchBacklog } from './watch-backlog.ts';
import { watchJobs } from './watch-jobs.ts';

type Jobs = readonly JobDeclaration<CoreServices>[];

async function start(
  context: ProcessContext,
  jobs: { readonly always: Jobs; readonly withTestClocks: Jobs },
): Promise<void> {
  const { config, log, closers } = context;
  const metrics = openMetrics('jobs');
  // Opened first, and so closed last: the spans of what ends with the process are sent, too.
  const tracer = await openTracer(context, 'jobs', metrics);
  const { services, kafka, mongo, needs } = await openCore(context, createMeter(metrics, []), tracer);
  const scheduler = await startScheduler({
    jobs: [...jobs.always, ...(services.testClocks === null ? [] : jobs.withTestClocks)].map((job) =>
      traceJob(job, tracer),
    ),
    services,
    mongoUrl: config.MONGODB_URL,
    log,
    clock: systemClock,
  });
  closers.add('scheduler', () => scheduler.stop(stopBounds.jobsMs));
  watchJobs(metrics, scheduler);
  const ending = new AbortController();
  closers.add('metrics', () => {
    ending.abort();
    return Promise.resolve();
  });
  const read = { backlog: mongo.readBacklog, lag: readLag.bind(null, kafka.client) };
  watchBacklog(metrics, read, { clock: systemClock, log, signal: ending.signal });
  await startHealth(context, metrics, {
    needs: { ...needs, scheduler: scheduler.isAlive },
    isAlive: scheduler.isAlive,
  });
}

/** Runs a jobs process. */
export const startJobs = (jobs: { readonly always: Jobs; readonly withTestClocks: Jobs }): Promise<void> =>
  runProcess('jobs', { METRICS_PORT: '9466' }, (context) => start(context, jobs));
