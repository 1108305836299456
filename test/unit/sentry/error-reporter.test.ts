import { Writable } from 'node:stream';
import { expect, test } from '@jest/globals';
import { createLog } from '../../../src/adapters/logging/winston-log.ts';
import { createErrorReporter } from '../../../src/adapters/sentry/error-reporter.ts';
import { systemClock } from '../../../src/adapters/system/clock.ts';
import { Fault } from '../../../src/application/ports/faults.ts';
import type { Log } from '../../../src/application/ports/log.ts';
import { startSentryIngest } from '../../support/sentry-ingest.ts';

const secret = 'a canary known by heart';
const canaries = [
  'Basic Y2FuYXJ5OmNhbmFyeQ==',
  'Bearer canary.access.token',
  'live_canaryCanary123',
  'canary@example.com',
  '+7 916 123-45-67',
  '4111 1111 1111 1111',
  'mongodb://canary:canary@db/billing',
  secret,
];

async function reported(say: (log: Log) => void) {
  const ingest = await startSentryIngest();
  const stream = new Writable({ write: (_chunk, _encoding, done) => done() });
  const { dsn } = ingest;
  const reporter = createErrorReporter({ dsn, environment: 'test', process: 'jobs', release: 'cinema-billing@1' });
  const options = { level: 'debug' as const, service: 'jobs', clock: systemClock, secrets: [secret], stream };
  say(createLog({ ...options, report: reporter.report }).log);
  await reporter.close();
  await ingest.close();
  return ingest;
}

test('what the log redacts is redacted in the report, in the message, in fields, in the error and in its causes', async () => {
  const { bodies } = await reported((log) => {
    for (const canary of canaries) {
      const cause = Object.assign(new Error(canary), { config: { headers: { Authorization: canary } }, data: canary });
      const error = new Fault('failed', `while calling with ${canary}`, { retryable: true, cause });
      log.error(`Saw ${canary}`, { reason: canary }, error);
    }
  });
  expect(bodies).toHaveLength(canaries.length);
  for (const planted of ['anary@', 'anary.', 'anaryC', 'Y2Fu', '916 123', '4111', ':canary', 'heart']) {
    expect(bodies.join('\n')).not.toContain(planted);
  }
});

test('the error comes after its cause, with its code, fields and frames', async () => {
  const { events } = await reported((log) => {
    const cause = new TypeError('x is not a function');
    const error = new Fault('database_away', 'no answer', { retryable: true, cause });
    log.error('could not save', { correlationId: 'r-1', paymentId: 'p-1' }, error);
  });
  const [event] = events();
  expect(event).toMatchObject({ message: 'could not save', extra: { correlationId: 'r-1', paymentId: 'p-1' } });
  expect(event?.exception.values.map(({ type, value }) => `${type} ${value}`)).toEqual([
    'TypeError x is not a function',
    'Fault database_away: no answer',
  ]);
  expect(event?.exception.values[0]?.stacktrace?.frames.at(-1)?.filename).toMatch(/error-reporter\.test\.ts$/);
});

test('a warning, and an error line without an error, are not reported', async () => {
  const { bodies } = await reported((log) => {
    log.warn('healed itself', {}, new Error('a warning'));
    log.error('an operator must act', { rule: 'provider_mismatch' });
  });
  expect(bodies).toEqual([]);
});
