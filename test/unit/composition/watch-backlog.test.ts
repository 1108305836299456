import { expect, test } from '@jest/globals';
import { createProcessMetrics } from '../../../src/adapters/metrics/process-metrics.ts';
import type { Backlog, GroupLag } from '../../../src/application/ports/backlog.ts';
import { Fault } from '../../../src/application/ports/faults.ts';
import { watchBacklog } from '../../../src/composition/watch-backlog.ts';
import { minuteMs, secondMs } from '../../../src/domain/model/instant.ts';
import { timerTypes } from '../../../src/domain/timers/index.ts';
import { createLogRecorder } from '../../support/log-recorder.ts';
import { createManualClock } from '../../support/manual-clock.ts';
import { metricLines } from '../../support/metric-lines.ts';

const noon = Date.UTC(2026, 10, 24, 9);
const nothingDue = Object.fromEntries(timerTypes.map((type) => [type, null])) as Backlog['oldestDue'];
const backlog: Backlog = {
  oldestDue: { ...nothingDue, 'subscription.renewal_due': noon - 2 * minuteMs },
  oldestOutbox: null,
  work: { held: 1, unknown: 2, stuck: 0, refund_late: 0, receipt_failed: 0 },
  openDeadLetters: 3,
};
const lag: GroupLag = { group: 'billing-timers', topic: 'billing.timers.v1', messages: 7 };

function setUp() {
  const clock = createManualClock(noon);
  const log = createLogRecorder();
  const metrics = createProcessMetrics({ process: 'jobs', version: '1.2.3' });
  const ending = new AbortController();
  let reads = 0;
  let isDown = false;
  const down = (): Promise<never> =>
    Promise.reject(new Fault('store_unavailable', 'MongoDB does not answer', { retryable: true }));
  watchBacklog(
    metrics,
    {
      backlog: () => {
        reads += 1;
        return isDown ? down() : Promise.resolve(backlog);
      },
      lag: () => Promise.resolve([lag]),
    },
    { clock, log, signal: ending.signal },
  );
  const turn = () => new Promise(setImmediate);
  return {
    log,
    ending,
    reads: () => reads,
    breakDown: (broken: boolean) => (isDown = broken),
    pass: async (ms: number) => {
      clock.advance(ms);
      await turn();
    },
    lines: async () => {
      await turn();
      const found = [...(await metricLines(metrics))];
      const names = /^billing_(due|outbox|work|dead|consumer|sample)/;
      return Object.fromEntries(found.filter(([name]) => names.test(name)));
    },
  };
}

test('what waits in the database and in Kafka is exported', async () => {
  const { lines } = setUp();
  expect(await lines()).toMatchObject({
    'billing_due_oldest_seconds{timer="subscription.renewal_due"}': 120,
    'billing_due_oldest_seconds{timer="subscription.expiry_due"}': 0,
    billing_outbox_oldest_seconds: 0,
    'billing_work_items{state="held"}': 1,
    'billing_work_items{state="unknown"}': 2,
    billing_dead_letters_open: 3,
    'billing_consumer_lag{group="billing-timers",topic="billing.timers.v1"}': 7,
    'billing_sample_age_seconds{sample="database"}': 0,
  });
});

test('while the database does not answer its numbers are missing, not old, and the age of the sample grows', async () => {
  const { lines, breakDown, pass, log } = setUp();
  await lines();
  breakDown(true);
  await pass(30 * secondMs);
  await pass(30 * secondMs);
  const seen = await lines();
  expect(Object.keys(seen).filter((name) => /^billing_(due|outbox|work|dead)/.test(name))).toEqual([]);
  expect(seen).toMatchObject({
    'billing_sample_age_seconds{sample="database"}': 60,
    'billing_sample_age_seconds{sample="kafka"}': 0,
  });
  expect(log.lines.map(({ level, fields }) => [level, fields.name])).toEqual([
    ['warn', 'database'],
    ['warn', 'database'],
  ]);
  breakDown(false);
  await pass(30 * secondMs);
  expect(await lines()).toMatchObject({
    billing_dead_letters_open: 3,
    'billing_sample_age_seconds{sample="database"}': 0,
  });
});

test('a process that ends measures no more', async () => {
  const { ending, pass, reads, lines } = setUp();
  await lines();
  ending.abort();
  await pass(10 * minuteMs);
  expect(reads()).toBe(1);
});
