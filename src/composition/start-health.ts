import { startHealthServer } from '../adapters/http/server/health-server.ts';
import type { ProcessMetrics } from '../adapters/metrics/process-metrics.ts';
import { systemClock } from '../adapters/system/clock.ts';
import { missingOf, type Needs } from './missing-of.ts';
import type { ProcessContext } from './run-process.ts';

/** `/health`, `/live` and `/metrics` on a port of their own. */
export async function startHealth(
  { config, closers }: ProcessContext,
  metrics: ProcessMetrics,
  {
    needs,
    informs = {},
    isAlive,
  }: {
    /** The process is ready while it has all of these. */
    readonly needs: Needs;
    /** Named when missing; the process stays ready, or a pod disruption budget would block the drain of a node. */
    readonly informs?: Needs;
    readonly isAlive: () => boolean;
  },
): Promise<void> {
  const server = await startHealthServer({
    host: config.PROJECT_HOST,
    port: config.METRICS_PORT,
    health: async () => {
      const [missing, degraded] = await Promise.all([missingOf(needs, systemClock), missingOf(informs, systemClock)]);
      return { missing, degraded };
    },
    isAlive,
    metrics: metrics.read,
  });
  closers.add('health', () => server.close());
}
