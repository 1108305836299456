import { startHealthServer } from '../adapters/http/server/health-server.ts';
import type { ProcessMetrics } from '../adapters/metrics/process-metrics.ts';
import { systemClock } from '../adapters/system/clock.ts';
import { missingOf, type Needs } from './missing-of.ts';
import type { ProcessContext } from './run-process.ts';

/** `/health`, `/live` and `/metrics` on a port of their own: ready is who has all that they need. */
export async function startHealth(
  { config, closers }: ProcessContext,
  metrics: ProcessMetrics,
  { needs, isAlive }: { readonly needs: Needs; readonly isAlive: () => boolean },
): Promise<void> {
  const server = await startHealthServer({
    host: config.PROJECT_HOST,
    port: config.METRICS_PORT,
    missing: () => missingOf(needs, systemClock),
    isAlive,
    metrics: metrics.read,
  });
  closers.add('health', () => server.close());
}
