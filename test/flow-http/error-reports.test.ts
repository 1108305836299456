import { Writable } from 'node:stream';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { createLog } from '../../src/adapters/logging/winston-log.ts';
import { createErrorReporter } from '../../src/adapters/sentry/error-reporter.ts';
import { systemClock } from '../../src/adapters/system/clock.ts';
import { startSentryIngest } from '../support/sentry-ingest.ts';
import { type Api, startApi } from './support/api.ts';

const path = '/api/v1/status/sentry-debug';
const canary = 'canary.person@example.com';

let ingest: Awaited<ReturnType<typeof startSentryIngest>>;
let api: Api;

/** The API as its process composes it: error lines of the log go to the collector. */
async function open(dsn: string) {
  const stream = new Writable({ write: (_chunk, _encoding, done) => done() });
  const reporter = createErrorReporter({ dsn, environment: 'test', process: 'api', release: 'cinema-billing@1' });
  const { log } = createLog({
    ...{ level: 'info', service: 'api', clock: systemClock, secrets: [], stream },
    report: reporter.report,
  });
  return { reporter, api: await startApi({ services: { log } }) };
}

beforeAll(async () => {
  ingest = await startSentryIngest();
});
afterAll(() => ingest.close());

it('the self-test of a superuser arrives as one envelope with the request id, and nothing of the request', async () => {
  const opened = await open(ingest.dsn);
  api = opened.api;
  const boss = await api.newUser({ isSuperuser: true });
  const asked = { 'X-Request-Id': 'find-me', Cookie: `session=${canary}`, 'X-Forwarded-For': '203.0.113.77' };
  expect((await boss.get(`${path}?card=5555555555554444`, asked)).status).toBe(500);
  await (await api.newUser()).get(path);
  await opened.reporter.close();
  expect(ingest.bodies).toHaveLength(1);
  const [event] = ingest.events();
  expect(event).toMatchObject({
    level: 'error',
    message: 'request failed',
    environment: 'test',
    release: 'cinema-billing@1',
    server_name: 'api',
    tags: { process: 'api', correlationId: 'find-me' },
    exception: { values: [{ type: 'Error', value: 'error reporting self-test' }] },
  });
  expect(event?.exception.values[0]?.stacktrace?.frames.at(-1)?.filename).toMatch(/reading-routes\.ts$/);
  for (const planted of [canary, '5555555555554444', '203.0.113.77', boss.token, boss.token.slice(7, 40)]) {
    expect(ingest.bodies[0]).not.toContain(planted);
  }
  await api.close();
});

it.each([
  ['refuses connections', () => Promise.resolve({ dsn: 'http://publickey@127.0.0.1:9/42', close: () => undefined })],
  ['takes a report and never answers', () => startSentryIngest(false)],
])('a collector that %s delays no request and fails nothing', async (_name, start) => {
  const collector = await start();
  const opened = await open(collector.dsn);
  const boss = await opened.api.newUser({ isSuperuser: true });
  for (let again = 0; again < 3; again += 1) expect((await boss.get(path)).status).toBe(500);
  expect((await opened.api.ask('GET', '/api/v1/tariffs')).status).toBe(200);
  await opened.reporter.close();
  await opened.api.close();
  await collector.close();
});
