import type { ProcessMetrics } from '../../src/adapters/metrics/process-metrics.ts';

/** What a process exports: `name{labels}` → value, without the comments. */
export async function metricLines({ read }: ProcessMetrics): Promise<ReadonlyMap<string, number>> {
  const { text } = await read();
  const lines = text.split('\n').filter((line) => line !== '' && !line.startsWith('#'));
  return new Map(
    lines.map((line) => [line.slice(0, line.lastIndexOf(' ')), Number(line.slice(line.lastIndexOf(' ') + 1))]),
  );
}
