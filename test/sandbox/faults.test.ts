import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import { asText, buy, order, removeDataDirs, startTestSandbox, type TestSandbox, until } from './test-sandbox.ts';

let sandbox: TestSandbox;
beforeAll(async () => {
  sandbox = await startTestSandbox();
});
afterEach(() => sandbox.control('DELETE', 'faults'));
afterAll(async () => {
  await sandbox.stop();
  removeDataDirs();
});

const plan = (kind: string, change: object = {}) =>
  sandbox.control('POST', 'faults', { on: 'POST /v3/payments', kind, ...change });
const create = (key: string, signal?: AbortSignal) =>
  fetch(`${sandbox.url}/v3/payments`, {
    method: 'POST',
    headers: {
      Authorization: `Basic ${Buffer.from('100500:test_sandbox').toString('base64')}`,
      'Content-Type': 'application/json',
      'Idempotence-Key': key,
    },
    body: JSON.stringify(order()),
    ...(signal === undefined ? {} : { signal }),
  });
const made = async (key: string) => {
  const { payments } = (await sandbox.control('GET', 'ledger')).body as unknown as {
    payments: { id: string; idempotence_key: string; sends: string[] }[];
  };
  return payments.filter((payment) => payment.idempotence_key === key);
};

describe('an answer that is lost although the operation is done', () => {
  test.each(['error_500_done', 'garbage'])('%s: the repeat with the same key gets the real answer', async (kind) => {
    await plan(kind);
    const lost = await create(kind);
    const text = await lost.text();
    if (kind === 'garbage') expect(() => JSON.parse(text) as unknown).toThrow();
    else
      expect({ status: lost.status, text }).toMatchObject({
        status: 500,
        text: expect.stringContaining('internal_server_error'),
      });
    const [payment] = await made(kind);
    const repeat = (await (await create(kind)).json()) as { id: string };
    expect(repeat.id).toBe(payment?.id);
    expect(await made(kind)).toMatchObject([{ sends: [expect.any(String), expect.any(String)] }]);
  });

  test('reset: the connection breaks without an answer', async () => {
    await plan('reset');
    await expect(create('reset')).rejects.toThrow();
    expect(await made('reset')).toHaveLength(1);
  });

  test('hang: nothing comes until the caller gives up', async () => {
    await plan('hang');
    const caller = new AbortController();
    const lost = create('hang', caller.signal);
    await until(async () => (await made('hang')).length === 1);
    caller.abort();
    await expect(lost).rejects.toThrow();
  });

  test('hang: the line drops after the time that was asked for', async () => {
    await plan('hang', { ms: 20 });
    await expect(create('hang-short')).rejects.toThrow();
    expect(await made('hang-short')).toHaveLength(1);
  });

  test('latency: the answer is whole, only later', async () => {
    await plan('latency', { ms: 30 });
    expect((await create('latency')).status).toBe(200);
  });
});

describe('an operation that is not done', () => {
  test.each([
    ['error_500_not_done', 500, 'internal_server_error'],
    ['too_many_requests', 429, 'too_many_requests'],
  ])('%s: nothing is made, and the send is remembered', async (kind, status, code) => {
    await plan(kind);
    const refused = await create(kind);
    expect({ status: refused.status, body: await refused.json() }).toMatchObject({
      status,
      body: { type: 'error', code },
    });
    expect(await made(kind)).toEqual([]);
    expect((await create(kind)).status).toBe(200);
    expect(await made(kind)).toMatchObject([{ sends: [expect.any(String), expect.any(String)] }]);
  });

  test.each(['hang', 'reset'])('%s with done: false does nothing either', async (kind) => {
    await plan(kind, { done: false, ms: 5 });
    await expect(create(`${kind}-not-done`)).rejects.toThrow();
    expect(await made(`${kind}-not-done`)).toEqual([]);
  });
});

describe('the plan', () => {
  test('is used up by as many calls as it says', async () => {
    await plan('too_many_requests', { times: 2 });
    const statuses = [await create('t1'), await create('t2'), await create('t3')].map((answer) => answer.status);
    expect(statuses).toEqual([429, 429, 200]);
  });

  test('touches only the calls it names, by route or by exact path', async () => {
    const { id } = await buy(sandbox);
    const path = `/v3/payments/${asText(id)}`;
    await sandbox.control('POST', 'faults', { on: 'GET /v3/payments/{id}', kind: 'error_500_not_done' });
    expect((await sandbox.call('GET', '/v3/payments')).status).toBe(200);
    expect((await sandbox.call('GET', path)).status).toBe(500);
    await sandbox.control('POST', 'faults', { on: `GET ${path}`, kind: 'too_many_requests' });
    expect((await sandbox.call('GET', '/v3/payments/other')).status).toBe(404);
    expect((await sandbox.call('GET', path)).status).toBe(429);
    expect((await sandbox.call('GET', path)).status).toBe(200);
  });

  test('can be cleared', async () => {
    await plan('too_many_requests', { times: 100 });
    await sandbox.control('DELETE', 'faults');
    expect((await create('cleared')).status).toBe(200);
  });
});
