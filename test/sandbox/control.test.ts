import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { asText, buy, order, removeDataDirs, startTestSandbox, type TestSandbox } from './test-sandbox.ts';

let sandbox: TestSandbox;
beforeAll(async () => {
  sandbox = await startTestSandbox();
});
afterAll(async () => {
  await sandbox.stop();
  removeDataDirs();
});

test('health needs no credentials', async () => {
  expect(await sandbox.control('GET', 'health')).toMatchObject({ status: 200, body: { status: 'ok' } });
});

test('the list of all objects has each with its key, its request and its sends', async () => {
  const body = order({ metadata: { user_id: 'ledger' } });
  const { body: payment } = await sandbox.call('POST', '/v3/payments', { key: 'led-1', body });
  await sandbox.control('POST', `payments/${asText(payment['id'])}/pay`, { card: '4111111111111111' });
  const refundBody = { payment_id: payment['id'], amount: { value: '1.00', currency: 'RUB' } };
  const { body: refund } = await sandbox.call('POST', '/v3/refunds', { key: 'led-2', body: refundBody });
  const { body: now } = await sandbox.call('GET', `/v3/payments/${asText(payment['id'])}`);
  const { body: ledger } = await sandbox.control('GET', 'ledger');
  const sends = [expect.stringMatching(/^\d{4}-\d\d-\d\dT.*Z$/)];
  expect(ledger['payments']).toEqual([{ ...now, idempotence_key: 'led-1', request: body, sends, sends_real: sends }]);
  expect(ledger['refunds']).toEqual([
    { ...refund, idempotence_key: 'led-2', request: refundBody, sends, sends_real: sends },
  ]);
});

test.each([
  ['POST', 'clock', {}, 'now'],
  ['POST', 'clock', { now: 'tomorrow' }, 'now'],
  ['POST', 'clock', { clock: 'x', now: null }, 'now'],
  ['POST', 'clock', { clock: 7, now: '2027-01-01T00:00:00Z' }, 'clock'],
  ['POST', 'notifications', { mode: 'loud' }, 'mode'],
  ['POST', 'notifications', { mode: 'late', ms: -1 }, 'ms'],
  ['POST', 'faults', { on: 'POST /v3/payments', kind: 'boom' }, 'kind'],
  ['POST', 'faults', { on: 'payments', kind: 'reset' }, 'on'],
  ['POST', 'faults', { on: 'POST /v3/payments', kind: 'reset', times: 1.5 }, 'times'],
  ['POST', 'faults', { on: 'POST /v3/payments', kind: 'latency', ms: 'long' }, 'ms'],
  ['POST', 'faults', { on: 'POST /v3/payments', kind: 'hang', done: 'no' }, 'done'],
  ['POST', 'faults', { on: 'POST /v3/payments', kind: 'hang', about: 42 }, 'about'],
  ['POST', 'refunds', { next: 'never' }, 'next'],
  ['POST', 'refunds', {}, 'next'],
])('%s %s %j is refused with a sentence that names the mistake', async (method, path, body, named) => {
  const answer = await sandbox.control(method, path, body);
  expect(answer).toMatchObject({ status: 400, body: { error: expect.stringContaining(`"${named}"`) } });
});

test('a named clock only moves forward, and an unknown one is 404', async () => {
  await sandbox.control('POST', 'clock', { clock: 'c', now: '2027-01-01T00:00:00Z' });
  const back = await sandbox.control('POST', 'clock', { clock: 'c', now: '2026-12-31T00:00:00Z' });
  expect(back).toMatchObject({
    status: 400,
    body: { error: 'clock c is at 2027-01-01T00:00:00.000Z and only moves forward' },
  });
  expect((await sandbox.control('POST', 'clock', { clock: 'c', now: '2027-01-01T00:00:00Z' })).status).toBe(200);
  expect((await sandbox.control('GET', 'clock?clock=nobody')).status).toBe(404);
});

test('paying refuses a bad card, an unknown payment, and one that is over', async () => {
  const { id } = await buy(sandbox);
  const pay = (path: unknown, body: unknown) => sandbox.control('POST', `payments/${asText(path)}/pay`, body);
  expect(await pay(id, { card: '4111111111111111' })).toMatchObject({
    status: 400,
    body: { error: expect.stringContaining('succeeded') },
  });
  expect((await pay('nope', { card: '4111111111111111' })).status).toBe(404);
  const { body: open } = await sandbox.call('POST', '/v3/payments', { body: order() });
  for (const body of [{}, { card: 4111 }, { card: '12' }, { card: '4111111111111111', csc: 'abc' }]) {
    expect((await pay(open['id'], body)).status).toBe(400);
  }
  expect((await pay(open['id'], { card: '4111111111111111', csc: '123' })).body['status']).toBe('succeeded');
});

test('a script for an unknown method, or with an unknown outcome, is refused', async () => {
  const { id } = await buy(sandbox);
  expect((await sandbox.control('POST', 'payment-methods/nope', { next: null })).status).toBe(404);
  for (const body of [{}, { next: 'rain' }, { always: 5 }]) {
    expect((await sandbox.control('POST', `payment-methods/${asText(id)}`, body)).status).toBe(400);
  }
});

test('a binding is ended once, and an account takes no card', async () => {
  const confirmation = { type: 'redirect', return_url: 'http://shop.test/' };
  const bind = async (type: string) =>
    asText((await sandbox.call('POST', '/v3/payment_methods', { body: { type, confirmation } })).body['id']);
  const end = (id: string, body: object) => sandbox.control('POST', `payment-methods/${id}/bind`, body);
  const [card, sbp] = [await bind('bank_card'), await bind('sbp')];
  expect((await sandbox.control('POST', `payments/${sbp}/pay`, { card: '4111111111111111' })).status).toBe(400);
  expect((await end(card, { result: 'perhaps' })).status).toBe(400);
  expect((await end(card, { result: 'active' })).body).toMatchObject({ status: 'active', title: 'Bank card *4444' });
  expect((await end(sbp, { result: 'inactive' })).body).toMatchObject({ status: 'inactive', saved: false });
  expect((await end(sbp, { result: 'active' })).status).toBe(400);
  expect((await end('nope', { result: 'active' })).status).toBe(404);
});

test('unknown paths, wrong methods and broken JSON have errors of their own', async () => {
  expect((await sandbox.control('GET', 'nothing')).status).toBe(404);
  expect((await sandbox.control('DELETE', 'ledger')).status).toBe(405);
  const broken = await fetch(`${sandbox.url}/_sandbox/clock`, { method: 'POST', body: '{' });
  expect({ status: broken.status, body: await broken.json() }).toEqual({
    status: 400,
    body: { error: 'the body is not JSON' },
  });
});

test('a wrong setting of the environment is one sentence', async () => {
  await expect(startTestSandbox({ SANDBOX_SHOPS: 'nokey' })).rejects.toThrow(
    'SANDBOX_SHOPS: "nokey" is not of the form',
  );
  await expect(startTestSandbox({ SANDBOX_PORT: 'x' })).rejects.toThrow('SANDBOX_PORT');
});
