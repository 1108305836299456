import { startHealthServer } from '../adapters/http/health-server.ts';
import type { ProcessMetrics } from '../adapters/metrics/process-metrics.ts';
import type { Frame } from './run-process.ts';

/** `/health`, `/live` and `/metrics` on a port of their own. */
export async function startHealth(
  { config, closers }: Frame,
  metrics: ProcessMetrics,
  checks: { readonly missing: () => readonly string[] | Promise<readonly string[]>; readonly isAlive: () => boolean },
): Promise<void> {
  const server = await startHealthServer({
    host: config.PROJECT_HOST,
    port: config.METRICS_PORT,
    ...checks,
    metrics: metrics.read,
  });
  closers.add('health', () => server.close());
}
