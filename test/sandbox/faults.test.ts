import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import {
  asText,
  buy,
  charge,
  order,
  removeDataDirs,
  startReceiver,
  startTestSandbox,
  type TestSandbox,
  until,
} from './test-sandbox.ts';

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
async function made(key: string) {
  const { payments } = (await sandbox.control('GET', 'ledger')).body as unknown as {
    payments: { id: string; idempotence_key: string; sends: string[] }[];
  };
  return payments.filter((payment) => payment.idempotence_key === key);
}

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

  test('gateway_refusal: a gateway in front of the provider refuses with its own text', async () => {
    await plan('gateway_refusal');
    const refused = await create('gateway');
    expect(refused.status).toBe(403);
    expect(await refused.text()).not.toContain('"error"');
    const [payment] = await made('gateway');
    expect(await (await create('gateway')).json()).toMatchObject({ id: payment?.id });
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

  test('hang: the connection drops after the requested time', async () => {
    await plan('hang', { ms: 20 });
    await expect(create('hang-short')).rejects.toThrow();
    expect(await made('hang-short')).toHaveLength(1);
  });

  test('latency: the answer is complete, only later', async () => {
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

  test('gateway_refusal with done: false does nothing either', async () => {
    await plan('gateway_refusal', { done: false });
    expect((await create('gateway-not-done')).status).toBe(403);
    expect(await made('gateway-not-done')).toEqual([]);
  });
});

describe('a provider that reports another amount than requested', () => {
  test('wrong_amount: the planned answers are wrong, stored objects and later answers are right', async () => {
    const { id } = await buy(sandbox);
    const path = `/v3/payments/${asText(id)}`;
    await plan('wrong_amount');
    await sandbox.control('POST', 'faults', { on: 'GET /v3/payments/{id}', kind: 'wrong_amount' });
    await sandbox.control('POST', 'faults', { on: 'GET /v3/payments', kind: 'wrong_amount' });
    const wrong = { value: '300.00', currency: 'RUB' };
    expect((await charge(sandbox, id)).body).toMatchObject({ status: 'succeeded', amount: wrong });
    expect((await sandbox.call('GET', path)).body['amount']).toEqual(wrong);
    expect((await sandbox.call('GET', '/v3/payments?limit=1')).body['items']?.['0']?.['amount']).toEqual(wrong);
    expect((await sandbox.call('GET', path)).body['amount']).toEqual({ value: '299.00', currency: 'RUB' });
  });

  test('wrong_amount: the repeat with the same key reports the right one', async () => {
    await plan('wrong_amount');
    expect(await (await create('wrong')).json()).toMatchObject({ amount: { value: '300.00' } });
    expect(await (await create('wrong')).json()).toMatchObject({ amount: { value: '299.00' } });
    expect(await made('wrong')).toMatchObject([{ amount: { value: '299.00' } }]);
  });
});

describe('a bank that answers late', () => {
  const clock = (now: string) => sandbox.control('POST', 'clock', { clock: 'slow', now });
  const onClock = { metadata: { test_clock_id: 'slow' } };
  const statusOf = async (id: unknown) => (await sandbox.call('GET', `/v3/payments/${asText(id)}`)).body['status'];

  test('pending_then_succeeded: a charge is answered pending and succeeds when its clock says so, not at the end of a page', async () => {
    await clock('2027-01-01T00:00:00.000Z');
    const { id } = await buy(sandbox, onClock);
    await plan('pending_then_succeeded', { ms: 2 * 3_600_000 });
    const { body } = await charge(sandbox, id, onClock);
    expect(body).toMatchObject({ status: 'pending', paid: false, payment_method: { id } });
    await clock('2027-01-01T01:59:59.999Z');
    expect(await statusOf(body['id'])).toBe('pending');
    await clock('2027-01-01T02:00:00.000Z');
    expect((await sandbox.call('GET', `/v3/payments/${asText(body['id'])}`)).body).toMatchObject({
      status: 'succeeded',
      paid: true,
      captured_at: '2027-01-01T02:00:00.000Z',
      authorization_details: { three_d_secure: { applied: false } },
    });
  });

  test('pending_then_succeeded: the shop is notified once, without asking', async () => {
    const receiver = await startReceiver();
    const notifying = await startTestSandbox({ SANDBOX_NOTIFICATION_URL: receiver.url });
    const { id } = await buy(notifying);
    await receiver.arrived(1);
    await notifying.control('POST', 'faults', { on: 'POST /v3/payments', kind: 'pending_then_succeeded', ms: 1 });
    const { body } = await charge(notifying, id);
    await receiver.arrived(2);
    const notified = receiver.received.map((one) => [one['event'], one['object']?.['id']]);
    expect(notified).toEqual([
      ['payment.succeeded', id],
      ['payment.succeeded', body['id']],
    ]);
    await notifying.stop();
    await receiver.stop();
  });

  test('pending_then_succeeded: a purchase by page is unchanged', async () => {
    await plan('pending_then_succeeded', { ms: 0 });
    expect(await (await create('by-page')).json()).toMatchObject({ status: 'pending' });
    expect(await made('by-page')).toMatchObject([{ status: 'pending' }]);
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

  test('touches only calls whose text, or whose payment’s create request, contains `about`', async () => {
    const [mine, other] = [await buy(sandbox, { metadata: { user_id: 'mine' } }), await buy(sandbox)];
    const about = { about: 'mine', kind: 'too_many_requests', times: 2 };
    await sandbox.control('POST', 'faults', { on: 'GET /v3/payments/{id}', ...about });
    expect((await sandbox.call('GET', `/v3/payments/${asText(other['id'])}`)).status).toBe(200);
    expect((await sandbox.call('GET', `/v3/payments/${asText(mine['id'])}`)).status).toBe(429);
    await sandbox.control('DELETE', 'faults');
    await plan('too_many_requests', about);
    expect((await create('other')).status).toBe(200);
    expect((await charge(sandbox, mine['id'], { metadata: { user_id: 'mine' } })).status).toBe(429);
  });

  test('can be cleared', async () => {
    await plan('too_many_requests', { times: 100 });
    await sandbox.control('DELETE', 'faults');
    expect((await create('cleared')).status).toBe(200);
  });
});
