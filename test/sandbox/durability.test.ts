import { spawn, type ChildProcess } from 'node:child_process';
import { appendFileSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, afterEach, expect, jest, test } from '@jest/globals';
import {
  asText,
  buy,
  callerOf,
  charge,
  newDataDir,
  order,
  removeDataDirs,
  startTestSandbox,
  type Caller,
} from './test-sandbox.ts';

/** The tests start whole programs, on machines that may be busy. */
jest.setTimeout(60_000);

const children: ChildProcess[] = [];
afterEach(() => {
  for (const child of children.splice(0)) child.kill('SIGKILL');
});
afterAll(removeDataDirs);

/** Starts the real program and waits for its first line, which has the address. */
async function startProgram(
  dataDir: string,
): Promise<Caller & { kill(signal: NodeJS.Signals): Promise<number | null> }> {
  const child = spawn(process.execPath, ['sandbox/main.ts'], {
    env: { PATH: process.env['PATH'], SANDBOX_PORT: '0', SANDBOX_DATA_DIR: dataDir },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  children.push(child);
  const line = await new Promise<string>((resolve) =>
    child.stdout.once('data', (chunk: Buffer) => resolve(chunk.toString())),
  );
  const { url } = JSON.parse(line) as { url: string };
  const kill = (signal: NodeJS.Signals): Promise<number | null> =>
    new Promise((resolve) => {
      child.once('exit', resolve);
      child.kill(signal);
    });
  return { ...callerOf(url), kill };
}

async function ledgerOf(sandbox: Caller) {
  const { payments, refunds } = (await sandbox.control('GET', 'ledger')).body;
  return { payments, refunds };
}

test('kill -9 loses nothing that was answered: objects, keys, methods, scripts and clocks are restored', async () => {
  const dataDir = newDataDir();
  const before = await startProgram(dataDir);
  await before.control('POST', 'clock', { clock: 'c', now: '2027-01-01T00:00:00.000Z' });
  const onClock = { metadata: { test_clock_id: 'c' } };
  const { id } = await buy(before, onClock);
  await before.control('POST', `payment-methods/${asText(id)}`, { always: 'card_expired' });
  const first = await before.call('POST', '/v3/payments', { key: 'k', body: order(onClock) });
  const refund = { payment_id: id, amount: { value: '1.00', currency: 'RUB' } };
  await before.call('POST', '/v3/refunds', { body: refund });
  const ledger = await ledgerOf(before);
  await before.kill('SIGKILL');

  const after = await startProgram(dataDir);
  expect(await ledgerOf(after)).toEqual(ledger);
  expect((await after.call('POST', '/v3/payments', { key: 'k', body: order(onClock) })).text).toBe(first.text);
  expect((await after.call('POST', '/v3/payments', { key: 'k', body: order() })).body['description']).toBe(
    'Idempotence key duplicated',
  );
  expect((await charge(after, id)).body['cancellation_details']?.['reason']).toBe('card_expired');
  expect((await after.control('GET', 'clock?clock=c')).body['now']).toBe('2027-01-01T00:00:00.000Z');
  const pay = await after.control('POST', `payments/${asText(first.body['id'])}/pay`, { card: '4111111111111111' });
  expect(pay.body['status']).toBe('succeeded');
});

test('killed during many calls, it has every answered payment, and each only once', async () => {
  const dataDir = newDataDir();
  const before = await startProgram(dataDir);
  const answered: string[] = [];
  const keys = Array.from({ length: 200 }, (_, n) => `many-${n}`);
  const waiting = [...keys];
  const lane = async (): Promise<void> => {
    for (let key = waiting.shift(); key !== undefined; key = waiting.shift()) {
      const { body } = await before.call('POST', '/v3/payments', { key, body: order() });
      answered.push(asText(body['id']));
      if (answered.length === 40) await before.kill('SIGKILL');
    }
  };
  await Promise.allSettled(Array.from({ length: 8 }, lane));
  expect(answered.length).toBeGreaterThanOrEqual(40);
  expect(answered.length).toBeLessThan(200);
  const after = await startProgram(dataDir);
  const repeats = await Promise.all(keys.map((key) => after.call('POST', '/v3/payments', { key, body: order() })));
  const ids = repeats.map((repeat) => asText(repeat.body['id']));
  expect(ids).toEqual(expect.arrayContaining(answered));
  const { payments } = await ledgerOf(after);
  expect(payments).toHaveLength(200);
});

test('a charge that was pending when the sandbox was killed succeeds at its time', async () => {
  const dataDir = newDataDir();
  const before = await startProgram(dataDir);
  const onClock = { metadata: { test_clock_id: 'slow' } };
  await before.control('POST', 'clock', { clock: 'slow', now: '2027-01-01T00:00:00.000Z' });
  const { id } = await buy(before, onClock);
  await before.control('POST', 'faults', { on: 'POST /v3/payments', kind: 'pending_then_succeeded', ms: 60_000 });
  const { body } = await charge(before, id, onClock);
  await before.kill('SIGKILL');
  const after = await startProgram(dataDir);
  const read = async () => (await after.call('GET', `/v3/payments/${asText(body['id'])}`)).body['status'];
  expect(await read()).toBe('pending');
  await after.control('POST', 'clock', { clock: 'slow', now: '2027-01-01T00:01:00.000Z' });
  expect(await read()).toBe('succeeded');
});

test('SIGTERM ends it cleanly', async () => {
  const sandbox = await startProgram(newDataDir());
  expect(await sandbox.kill('SIGTERM')).toBe(0);
});

test('a torn last line is truncated, and later lines are kept', async () => {
  const dataDir = newDataDir();
  const journal = join(dataDir, 'journal.jsonl');
  const before = await startTestSandbox({ SANDBOX_DATA_DIR: dataDir });
  const { id } = await buy(before);
  await before.stop();
  const whole = readFileSync(journal);
  appendFileSync(journal, '[["payments","torn",{"obj');
  const between = await startTestSandbox({ SANDBOX_DATA_DIR: dataDir });
  expect(readFileSync(journal)).toEqual(whole);
  const { id: next } = await buy(between);
  await between.stop();
  const after = await startTestSandbox({ SANDBOX_DATA_DIR: dataDir });
  for (const one of [id, next]) expect((await after.call('GET', `/v3/payments/${asText(one)}`)).status).toBe(200);
  await after.stop();
});

test('a large journal is rewritten at start to the present objects', async () => {
  const dataDir = newDataDir();
  const journal = join(dataDir, 'journal.jsonl');
  const before = await startTestSandbox({ SANDBOX_DATA_DIR: dataDir });
  const { id } = await buy(before);
  await before.stop();
  const lines = readFileSync(journal, 'utf8');
  writeFileSync(journal, lines.repeat(Math.ceil((9 * 1024 * 1024) / lines.length)));
  const after = await startTestSandbox({ SANDBOX_DATA_DIR: dataDir });
  expect(statSync(journal).size).toBeLessThan(2 * lines.length);
  expect((await after.call('GET', `/v3/payments/${asText(id)}`)).body['status']).toBe('succeeded');
  const { id: next } = await buy(after);
  await after.stop();
  const again = await startTestSandbox({ SANDBOX_DATA_DIR: dataDir });
  for (const one of [id, next]) expect((await again.call('GET', `/v3/payments/${asText(one)}`)).status).toBe(200);
  await again.stop();
});

test('a second sandbox on a busy port ends at once and does not touch the data', async () => {
  const dataDir = newDataDir();
  const first = await startTestSandbox({ SANDBOX_DATA_DIR: dataDir });
  const port = new URL(first.url).port;
  await expect(startTestSandbox({ SANDBOX_DATA_DIR: dataDir, SANDBOX_PORT: port })).rejects.toThrow('EADDRINUSE');
  expect((await buy(first))['status']).toBe('succeeded');
  await first.stop();
});
