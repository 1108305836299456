import { Writable } from 'node:stream';
import { AxiosError, AxiosHeaders } from 'axios';
import { describe, expect, test } from '@jest/globals';
import { createLog, type LogLevel } from '../../../src/adapters/logging/winston-log.ts';
import { systemClock } from '../../../src/adapters/system/clock.ts';
import { Fault } from '../../../src/application/ports/faults.ts';

type Written = { readonly lines: () => Record<string, unknown>[]; readonly text: () => string };

function open(level: LogLevel = 'debug', secrets: readonly string[] = []) {
  let text = '';
  const stream = new Writable({
    write(chunk: Buffer, _encoding, done) {
      text += chunk.toString('utf8');
      done();
    },
  });
  const clock = { now: () => Date.UTC(2026, 0, 31, 12), wait: systemClock.wait };
  const written: Written = {
    text: () => text,
    lines: () =>
      text
        .trim()
        .split('\n')
        .map((line) => JSON.parse(line) as Record<string, unknown>),
  };
  return { ...createLog({ level, service: 'api', clock, secrets, stream }), ...written };
}

const canaries = {
  authorization: 'Basic MTAwNTAwOnRlc3RfY2FuYXJ5LXNlY3JldA==',
  bearer: 'Bearer canary.access.token',
  jwt: 'eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiJjYW5hcnkifQ.c2lnbmF0dXJl',
  apiKey: 'live_canaryCanary123',
  card: '5555555555554444',
  spacedCard: '4111 1111 1111 1111',
  email: 'canary.person@example.com',
  phone: '+7 916 123-45-67',
  databaseUrl: 'mongodb://canaryuser:canarypass@db:27017/billing',
  query: 'https://host/x?token=canarytoken123&y=1',
  notification: '/api/v1/notifications/yookassa/canary-path-secret',
  configured: 'a canary known by heart',
};
const fragments = ['anary', '5555555555554444', '4111 1111', '916 123', 'MTAwNTAw', 'eyJhbGci'];

function expectClean(text: string): void {
  for (const fragment of fragments) expect(text).not.toContain(fragment);
}

describe('log', () => {
  test('a line is one JSON object with time, level, service, message and the allowed fields', () => {
    const { log, lines } = open();
    log.info('Payment succeeded', { correlationId: 'r-1', paymentId: 'p-1', amountMinor: 29900, reason: undefined });
    expect(lines()).toEqual([
      {
        time: '2026-01-31T12:00:00.000Z',
        level: 'info',
        service: 'api',
        message: 'Payment succeeded',
        correlationId: 'r-1',
        paymentId: 'p-1',
        amountMinor: 29900,
      },
    ]);
  });

  test('a field that the port does not name does not compile, neither in a literal nor in a variable', () => {
    const { log, lines } = open();
    const answer = { state: 'active', email: 'a person' };
    // @ts-expect-error an unknown name in a literal
    const literal = (): void => log.info('Odd field', { body: 'a text', state: 'active' });
    // @ts-expect-error an unknown name in a variable
    const variable = (): void => log.info('Odd field', answer);
    // @ts-expect-error an unknown name in a spread
    const spread = (): void => log.info('Odd field', { ...answer, state: 'ended' });
    // @ts-expect-error a value that is no scalar
    const nested = (): void => log.info('Odd field', { state: { email: 'a person' } });
    log.info('Known field', { state: answer.state });
    expect([literal, variable, spread, nested].every((call) => typeof call === 'function')).toBe(true);
    expect(lines()[0]).toMatchObject({ state: 'active' });
  });

  test.each(Object.entries(canaries))(
    '%s never appears, in an allowed field, the message or a cause',
    (_name, value) => {
      const { log, text, lines } = open('debug', [canaries.configured]);
      const fault = new Fault('failed', `while calling with ${value}`, { retryable: true, cause: new Error(value) });
      log.error(`Saw ${value} here`, { reason: value, code: `(${value})` }, fault);
      log.warn('Thrown text', {}, value);
      expect(lines()).toHaveLength(2);
      expectClean(text());
    },
  );

  test('an error of the HTTP client shows its code and message, never its config, headers or body', () => {
    const { log, lines, text } = open();
    const headers = new AxiosHeaders({ Authorization: canaries.authorization });
    const config = { headers, auth: { username: '100500', password: canaries.apiKey }, data: canaries.card };
    const response = { status: 400, statusText: '', headers: {}, config, data: { email: canaries.email } };
    const error = new AxiosError(`Request failed with ${canaries.bearer}`, 'ERR_BAD_REQUEST', config, {}, response);
    log.error('The provider call failed', { correlationId: 'r-1' }, new Error('outer', { cause: error }));
    expectClean(text());
    const cause = (lines()[0]?.['error'] as Record<string, unknown>)['cause'];
    expect(cause).toEqual({ name: 'AxiosError', code: 'ERR_BAD_REQUEST', message: 'Request failed with [redacted]' });
  });

  test('a bug at level error carries its stack, an operational fault and a warning do not', () => {
    const { log, lines } = open();
    log.error('Bug', {}, new TypeError('x is not a function'));
    log.error('Fault', {}, new Fault('database_away', 'No answer', { retryable: true }));
    log.warn('Bug', {}, new TypeError('x is not a function'));
    const [bug, fault, warning] = lines().map((line) => line['error'] as Record<string, unknown>);
    expect(bug?.['stack']).toMatch(/^at /);
    expect(fault).toEqual({ name: 'Fault', code: 'database_away', message: 'No answer', retryable: true });
    expect(warning).toEqual({ name: 'TypeError', message: 'x is not a function' });
  });

  test('identifiers stay whole, long values are truncated, and a line break cannot forge a line', () => {
    const { log, lines, text } = open();
    const paymentId = '22e12f66-0001-5000-8000-183512452074';
    const key = '1234567890123456789012345678901234567890';
    log.info('Long', { paymentId, code: key, reason: 'x'.repeat(20_000), route: 'a\n{"level":"error"}' });
    expect(lines()[0]).toMatchObject({ paymentId, code: key });
    expect(lines()).toHaveLength(1);
    expect(text().length).toBeLessThan(1_200);
  });

  test('circular causes and strange thrown values end', () => {
    const { log, lines } = open();
    const error = new Error('a');
    error.cause = error;
    log.error('Circular', {}, error);
    log.error('Odd', {}, null);
    log.error('Odd', {}, { password: 'canary' });
    expect(lines()).toHaveLength(3);
    expect(lines()[2]?.['error']).toEqual({ message: 'a thrown object' });
  });

  test('quieter levels are not written, and close waits for the last line', async () => {
    const { log, lines, close } = open('warn');
    log.info('Not written');
    log.warn('Written');
    await close();
    await close();
    log.error('Said too late');
    expect(lines().map((line) => line['message'])).toEqual(['Written']);
  });
});
