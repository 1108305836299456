import packageJson from '../../package.json' with { type: 'json' };
import { createProcessMetrics, type ProcessMetrics } from '../adapters/metrics/process-metrics.ts';

/** The metrics of a process that runs. */
export const openMetrics = (process: 'api' | 'consumers' | 'jobs'): ProcessMetrics =>
  createProcessMetrics({ process, version: packageJson.version });
