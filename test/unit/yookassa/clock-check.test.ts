import type { ServerResponse } from 'node:http';
import { afterAll, beforeAll, beforeEach, expect, test } from '@jest/globals';
import { systemClock } from '../../../src/adapters/system/clock.ts';
import { createYookassaProvider, defaultYookassaLimits } from '../../../src/adapters/yookassa/client.ts';
import { createLogRecorder } from '../../support/log-recorder.ts';
import { openPage } from './provider-answers.ts';
import { startWildServer, type WildServer } from './wild-server.ts';

const minuteMs = 60_000;
const order = {
  kind: 'checkout',
  amount: { amountMinor: 29_900, currency: 'RUB' },
  description: 'Base',
  returnUrl: null,
  saveMethod: true,
  metadata: { paymentId: 'p-1', userId: 'u-1', testClockId: null },
} as const;

let server: WildServer;
let behindMs = 0;
let date: string | null = null;
let passedMs = 0;
const closings: (() => void)[] = [];

const dated = (response: ServerResponse): ServerResponse =>
  response.setHeader('Date', date ?? new Date(Date.now() + behindMs).toUTCString());
const answerDated = (response: ServerResponse): void => void dated(response).end(JSON.stringify(openPage));

beforeAll(async () => {
  server = await startWildServer();
  server.treat(answerDated);
});
beforeEach(() => {
  server.treatQuestion(answerDated);
  [behindMs, date, passedMs] = [0, null, 0];
  server.seen.length = 0;
  server.asked.length = 0;
});
afterAll(async () => {
  for (const close of closings) close();
  await server.stop();
});

function connect() {
  const log = createLogRecorder();
  const options = {
    apiUrl: `${server.url}/v3`,
    shopId: '100500',
    apiKey: 'test_key',
    returnUrl: 'https://c.example/r',
  };
  const clock = { ...systemClock, monotonicMs: () => systemClock.monotonicMs() + passedMs };
  const { provider, close } = createYookassaProvider({ ...options, limits: defaultYookassaLimits }, { clock, log });
  closings.push(close);
  const send = async () => (await provider.send(provider.freeze(order), 'k', 'r')).kind;
  const read = () => provider.read('payment', openPage.id, 'r');
  const errors = () => log.lines.filter(({ level }) => level === 'error').map(({ message }) => message);
  return { provider, send, read, errors };
}

/** Resolves when the server was asked so often: the question for the time is asked beside the send. */
async function untilAsked(count: number): Promise<void> {
  while (server.asked.length < count) await new Promise((resolve) => setImmediate(resolve));
}

test.each([6 * minuteMs, -6 * minuteMs])(
  'while our clock is %i ms from the provider’s nothing is sent, reads go on, and one error line is written',
  async (difference) => {
    const { send, read, errors, provider } = connect();
    expect(await send()).toBe('answered');
    behindMs = difference;
    for (let times = 0; times < 2; times += 1) await read();
    expect(await provider.send(provider.freeze(order), 'k', 'r')).toEqual({ kind: 'unsent', reason: 'clock_differs' });
    expect(await send()).toBe('unsent');
    expect(server.seen.filter(({ method }) => method === 'POST')).toHaveLength(1);
    expect((await read()).kind).toBe('found');
    expect(errors()).toEqual(['our clock differs from the provider’s, nothing is sent']);
  },
);

test('sends begin again by themselves: a refused one asks for the time, at most once in ten seconds', async () => {
  const { send, read } = connect();
  behindMs = 60 * minuteMs;
  for (let times = 0; times < 2; times += 1) await read();
  expect([await send(), await send()]).toEqual(['unsent', 'unsent']);
  await untilAsked(1);
  behindMs = 0;
  passedMs = 11_000;
  expect(await send()).toBe('unsent');
  await untilAsked(2);
  expect(server.asked.map(({ method, path }) => `${method} ${path}`)).toEqual(
    Array(2).fill('GET /v3/payments?limit=1'),
  );
  while ((await send()) === 'unsent') await new Promise((resolve) => setImmediate(resolve));
  expect(server.seen.filter(({ method }) => method === 'POST')).toHaveLength(1);
});

test('one answer that is dated wrongly, four minutes, or no date that can be read refuse nothing', async () => {
  const { send, read, errors } = connect();
  behindMs = 60 * minuteMs;
  await read();
  behindMs = 4 * minuteMs;
  for (let times = 0; times < 3; times += 1) await read();
  date = 'yesterday';
  for (let times = 0; times < 3; times += 1) await read();
  expect(await send()).toBe('answered');
  expect(errors()).toEqual([]);
});

const posts = (): number => server.seen.filter(({ method }) => method === 'POST').length;

test.each([60 * minuteMs, -60 * minuteMs])(
  'a process that has just started and whose clock is %i ms from the provider’s sends nothing, not even at first',
  async (difference) => {
    const { send, errors } = connect();
    behindMs = difference;
    expect([await send(), await send()]).toEqual(['unsent', 'unsent']);
    expect(posts()).toBe(0);
    expect(errors()).toEqual(['our clock differs from the provider’s, nothing is sent']);
    // The refused send asks once more, beside it.
    await untilAsked(3);
  },
);

test('the first sends of a process ask once for all of them, and later ones ask no more', async () => {
  const { send } = connect();
  expect(await Promise.all([send(), send(), send()])).toEqual(['answered', 'answered', 'answered']);
  expect(await send()).toBe('answered');
  expect([server.asked.length, posts()]).toEqual([1, 4]);
});

test('an answer to a read tells as well, so a process that has read asks nothing', async () => {
  const { send, read } = connect();
  await read();
  expect(await send()).toBe('answered');
  expect(server.asked).toHaveLength(0);
});

test('a provider that dates no answer stops no send', async () => {
  server.treatQuestion((response) => {
    response.sendDate = false;
    response.end();
  });
  expect(await connect().send()).toBe('answered');
});

test('one answer without a date tells nothing', async () => {
  behindMs = 60 * minuteMs;
  let asked = 0;
  server.treatQuestion((response) => {
    asked += 1;
    response.sendDate = asked > 1;
    if (asked === 1) response.end();
    else answerDated(response);
  });
  const { send } = connect();
  expect(await send()).toBe('unsent');
  expect([asked, posts()]).toEqual([3, 0]);
  // The next question is asked beside the refused send.
  await untilAsked(4);
});

test('a provider that does not answer the question is sent nothing, and the next send asks again', async () => {
  const { provider, send } = connect();
  server.treatQuestion((response) => response.socket?.resetAndDestroy());
  expect(await provider.send(provider.freeze(order), 'k', 'r')).toEqual({ kind: 'unsent', reason: 'econnreset' });
  expect(posts()).toBe(0);
  server.treatQuestion(answerDated);
  expect(await send()).toBe('answered');
});

test('a send does not wait longer for the time than its reservation bears', async () => {
  const held: ServerResponse[] = [];
  server.treatQuestion((response) => void held.push(response));
  const { provider, send } = connect();
  expect(await provider.send(provider.freeze(order), 'k', 'r')).toEqual({ kind: 'unsent', reason: 'timeout' });
  expect(posts()).toBe(0);
  // The question was not dropped: its late answer serves the next send.
  for (const response of held) answerDated(response);
  expect(await send()).toBe('answered');
  expect(held).toHaveLength(1);
});
