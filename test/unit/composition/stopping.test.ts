import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { releaseMsMax } from '../../../src/adapters/agenda/scheduler.ts';
import { producerSettings, runnerSettings } from '../../../src/adapters/kafka/client/settings.ts';
import { closeTimeoutMs } from '../../../src/adapters/logging/winston-log.ts';
import { closeMsMax } from '../../../src/adapters/sentry/error-reporter.ts';
import { createBackground } from '../../../src/application/services/background.ts';
import { createClosers } from '../../../src/composition/closers.ts';
import { openProvider } from '../../../src/composition/open-provider.ts';
import { stopBounds } from '../../../src/composition/stop-bounds.ts';
import { loadConfig } from '../../../src/config.ts';
import { createMemoryProviderBudget } from '../../fakes/provider-budget.ts';
import { createLogRecorder } from '../../support/log-recorder.ts';
import { createManualClock } from '../../support/manual-clock.ts';
import { succeededPayment } from '../yookassa/provider-answers.ts';
import { startWildServer, type WildServer } from '../yookassa/wild-server.ts';

const charge = {
  kind: 'charge',
  amount: { amountMinor: 29_900, currency: 'RUB' },
  description: 'Base',
  methodId: 'm-1',
  metadata: { paymentId: 'p-1', userId: 'u-1', testClockId: null },
} as const;

let server: WildServer;
beforeAll(async () => {
  server = await startWildServer();
});
afterAll(() => server.stop());

test('a slow charge ends with its answer, while the process stops', async () => {
  const log = createLogRecorder();
  const closers = createClosers();
  const config = loadConfig({ YOOKASSA_API_URL: `${server.url}/v3` });
  const { provider, background } = await openProvider(
    { config, log, closers },
    { budget: createMemoryProviderBudget(Date.now), id: 'p-1', rests: true },
  );
  const arrived = Promise.withResolvers<() => void>();
  server.treat((response) => arrived.resolve(() => response.end(JSON.stringify(succeededPayment))));
  const sent = provider.send(provider.freeze(charge), 'k-1', 'r-1');
  background.track(sent);
  const answer = await arrived.promise;
  const closed = closers.closeAll(log);
  // Sockets that are destroyed too early are gone by the next turn of the event loop.
  await new Promise((resolve) => setImmediate(resolve));
  answer();
  expect(await sent).toMatchObject({ kind: 'answered', object: { status: 'succeeded' } });
  await closed;
});

test('work that a running call starts is waited for as well, at most to the bound', async () => {
  const clock = createManualClock(0);
  const background = createBackground(clock, createLogRecorder());
  const [first, second] = [Promise.withResolvers<null>(), Promise.withResolvers<null>()];
  let isQuiescent = false;
  background.track(first.promise.then(() => background.track(second.promise)));
  const drained = background.drained(1_000).then(() => (isQuiescent = true));
  first.resolve(null);
  await new Promise((resolve) => setImmediate(resolve));
  expect(isQuiescent).toBe(false);
  clock.advance(1_000);
  await drained;
});

const { stopBoundMs, leaveBoundMs } = runnerSettings;
/** The producer waits twice: for acknowledgements, and for its connection to close. */
const common =
  stopBounds.backgroundMs +
  stopBounds.shareMs +
  2 * producerSettings.closeBoundMs +
  Math.max(closeTimeoutMs, closeMsMax);
test.each([
  // A consumer leaves in three steps: its lanes, its last commit, its group.
  ['consumers', stopBoundMs + 2 * leaveBoundMs + common],
  ['jobs', stopBounds.jobsMs + releaseMsMax + common],
])('the waits of stopping %s fit into the time for the whole: %i ms', (_process, sumMs) => {
  expect(sumMs).toBeLessThan(stopBounds.wholeMs);
});

test('what was opened closes in reverse order, and one that fails is named and keeps nothing open', async () => {
  const log = createLogRecorder();
  const closers = createClosers();
  const closed: string[] = [];
  for (const name of ['mongodb', 'producer', 'consumers'])
    closers.add(name, () => {
      closed.push(name);
      return name === 'producer' ? Promise.reject(new Error('stuck')) : Promise.resolve();
    });
  await closers.closeAll(log);
  expect(closed).toEqual(['consumers', 'producer', 'mongodb']);
  expect(log.lines).toMatchObject([{ level: 'warn', message: 'did not close cleanly', fields: { name: 'producer' } }]);
});
