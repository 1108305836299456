import { createMeter } from '../../src/adapters/metrics/meter.ts';
import { createProcessMetrics, type ProcessMetrics } from '../../src/adapters/metrics/process-metrics.ts';
import type { Meter } from '../../src/application/ports/meter.ts';
import { workStates } from '../../src/application/ports/work-list.ts';
import { countDroppedSpans } from '../../src/composition/open-tracer.ts';
import { watchBacklog } from '../../src/composition/watch-backlog.ts';
import { watchConsumers } from '../../src/composition/watch-consumers.ts';
import { watchJobs } from '../../src/composition/watch-jobs.ts';
import { differenceActions } from '../../src/domain/model/difference.ts';
import { timerTypes } from '../../src/domain/timers/index.ts';
import { consumerGroups } from '../../src/messages/consumer-groups.ts';
import { createManualClock } from './manual-clock.ts';

/** What tests of alerts and boards may ask for: of each metric the labels of its series. */
export type ExportedMetrics = ReadonlyMap<string, readonly Readonly<Record<string, string>>[]>;

const consumers = Object.keys(consumerGroups);
const turn = () => new Promise(setImmediate);

function fillConsumers(metrics: ProcessMetrics): void {
  const meter = createMeter(metrics, consumers);
  for (const consumer of consumers) meter.finished({ consumer, outcome: 'handled', durationMs: 1 });
  meter.asked({ operation: 'send', outcome: 'answered', durationMs: 1 });
  const payment = { kind: 'checkout' };
  const entitlement = { active: true };
  const paid = [
    { type: 'payment.succeeded', payment, capturedAt: 0 },
    { type: 'entitlement.changed', entitlement },
  ];
  meter.saved(paid as unknown as Parameters<Meter['saved']>[0], 1);
  const counts = { handled: 1, ignored: 0, deadLettered: 0, parked: 0, dropped: 0, retried: 0 };
  const snapshot = () => ({ ...counts, blocked: 0, active: 0, inHand: 0, stopped: [] });
  watchConsumers(
    metrics,
    consumers.map((name) => ({ name, runner: { snapshot } })),
  );
}

async function fillJobs(metrics: ProcessMetrics): Promise<void> {
  const lastCounts: Readonly<Record<string, Readonly<Record<string, number>>>> = {
    'announce-renewals': { found: 1, announced: 1 },
    'sweep-outbox': { found: 1, published: 1 },
    'reconcile-recent': Object.fromEntries(Object.keys(differenceActions).map((kind) => [kind, 0])),
  };
  watchJobs(metrics, {
    runs: () => Object.entries(lastCounts).map(([job, counts]) => ({ job, runs: 1, failures: 0, lastCounts: counts })),
    storeErrors: () => 0,
  });
  const ofEach = (names: readonly string[], value: unknown) =>
    Object.fromEntries(names.map((name) => [name, value])) as never;
  const backlog = { oldestDue: ofEach(timerTypes, null), work: ofEach(workStates, 0), oldestOutbox: null };
  const ending = new AbortController();
  const nothing = (): void => undefined;
  const log = { error: nothing, warn: nothing, info: nothing, debug: nothing };
  watchBacklog(
    metrics,
    {
      backlog: () => Promise.resolve({ ...backlog, openDeadLetters: 0 }),
      lag: (groups) => Promise.resolve(groups.map((group) => ({ ...group, messages: 0 }))),
    },
    { clock: createManualClock(0), log, signal: ending.signal },
  );
  await turn();
  ending.abort();
}

/** What the three processes export once everything has happened. */
export async function exportedMetrics(): Promise<ExportedMetrics> {
  const found = new Map<string, Readonly<Record<string, string>>[]>();
  for (const process of ['api', 'consumers', 'jobs'] as const) {
    const metrics = createProcessMetrics({ process, version: '1.0.0' });
    countDroppedSpans(metrics);
    if (process === 'api')
      for (const status of [200, 503]) metrics.observeRequest({ method: 'GET', route: '/', status, durationMs: 1 });
    if (process === 'consumers') fillConsumers(metrics);
    if (process === 'jobs') await fillJobs(metrics);
    for (const line of (await metrics.read()).text.split('\n')) {
      const [, name, labels = ''] = /^([a-z0-9_]+)(?:\{(.*)\})? \S+$/.exec(line) ?? [];
      if (name === undefined) continue;
      const series = [...labels.matchAll(/([a-z_]+)="([^"]*)"/g)].map(([, label = '', value = '']) => [label, value]);
      found.set(name, [...(found.get(name) ?? []), Object.fromEntries(series) as Record<string, string>]);
    }
  }
  return found;
}
