import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { asText, buy, order, removeDataDirs, startTestSandbox, type TestSandbox } from './test-sandbox.ts';

let sandbox: TestSandbox;
beforeAll(async () => {
  sandbox = await startTestSandbox({ SANDBOX_SHOPS: '100500:test_sandbox,100501:test_other' });
});
afterAll(async () => {
  await sandbox.stop();
  removeDataDirs();
});

const create = (key: string, body: unknown = order()) => sandbox.call('POST', '/v3/payments', { key, body });
async function inLedger(key: string) {
  const { payments } = (await sandbox.control('GET', 'ledger')).body as unknown as {
    payments: { idempotence_key: string; sends: string[] }[];
  };
  return payments.filter((payment) => payment.idempotence_key === key);
}

test('the same key and data get the first answer again, byte for byte, and nothing new happens', async () => {
  const first = await create('replay');
  await sandbox.control('POST', `payments/${asText(first.body['id'])}/pay`, { card: '4111111111111111' });
  const again = await create('replay');
  expect(again.status).toBe(200);
  expect(again.text).toBe(first.text);
  expect(await inLedger('replay')).toMatchObject([
    { status: 'succeeded', sends: [expect.any(String), expect.any(String)] },
  ]);
});

test('data are the same whatever the order of the fields and the form of the numbers', async () => {
  const first = await create('order', {
    ...order(),
    metadata: { a: '1', b: '2' },
    receipt: { items: [{ quantity: 1 }] },
  });
  const turned = `{"receipt":{"items":[{"quantity":1.0}]},"metadata":{"b":"2","a":"1"},"description":"Subscription, month 1",
    "confirmation":{"return_url":"http://shop.test/back?order=7&x=%D1%8F","type":"redirect"},"save_payment_method":true,
    "capture":true,"amount":{"currency":"RUB","value":"299.00"}}`;
  expect((await sandbox.call('POST', '/v3/payments', { key: 'order', body: turned })).text).toBe(first.text);
});

test('a declined charge is replayed too', async () => {
  const { id } = await buy(sandbox, {}, '5555555555554642');
  const body = { amount: { value: '299.00', currency: 'RUB' }, capture: true, payment_method_id: id };
  const first = await create('declined', body);
  await sandbox.control('POST', `payment-methods/${asText(id)}`, { next: 'succeeded' });
  expect(first.body['status']).toBe('canceled');
  expect((await create('declined', body)).text).toBe(first.text);
});

test('the same key with other data is refused, on the same path or another', async () => {
  await create('conflict');
  const refusal = {
    status: 400,
    body: {
      type: 'error',
      code: 'invalid_request',
      description: 'Idempotence key duplicated',
      parameter: 'Idempotence-Key',
    },
  };
  expect(await create('conflict', order({ description: 'other' }))).toMatchObject(refusal);
  const refund = { payment_id: 'x', amount: { value: '1.00', currency: 'RUB' } };
  expect(await sandbox.call('POST', '/v3/refunds', { key: 'conflict', body: refund })).toMatchObject(refusal);
});

test('two shops may use the same key', async () => {
  const one = await create('shared');
  const other = await sandbox.call('POST', '/v3/payments', { key: 'shared', shop: '100501:test_other', body: order() });
  expect(other.status).toBe(200);
  expect(other.body['id']).not.toBe(one.body['id']);
});

test('many at once with one key make one payment, and all get its answer', async () => {
  const answers = await Promise.all(Array.from({ length: 20 }, () => create('at-once')));
  expect(new Set(answers.map((answer) => answer.text)).size).toBe(1);
  const kept = await inLedger('at-once');
  expect(kept).toHaveLength(1);
  expect(kept[0]?.sends).toHaveLength(20);
});

test('a refused request does not use up its key', async () => {
  expect((await create('refused', order({ amount: { value: '0.50', currency: 'RUB' } }))).status).toBe(400);
  expect((await create('refused')).status).toBe(200);
});

test('capture, cancel, refund and binding are replayed as well', async () => {
  const held = await buy(sandbox, { capture: false });
  const calls: [string, unknown][] = [
    [`/v3/payments/${asText(held['id'])}/capture`, {}],
    ['/v3/refunds', { payment_id: held['id'], amount: { value: '299.00', currency: 'RUB' } }],
    ['/v3/payment_methods', { type: 'bank_card', confirmation: { type: 'redirect', return_url: 'http://shop.test/' } }],
  ];
  for (const [path, body] of calls) {
    const first = await sandbox.call('POST', path, { key: path, body });
    expect(first.status).toBe(200);
    expect((await sandbox.call('POST', path, { key: path, body })).text).toBe(first.text);
  }
});

test('after 24 hours of its clock a key can be used again, with a new list of sends', async () => {
  const clock = 'key-life';
  await sandbox.control('POST', 'clock', { clock, now: '2027-01-31T10:00:00.000Z' });
  const body = order({ metadata: { test_clock_id: clock } });
  const first = await create('old', body);
  await sandbox.control('POST', 'clock', { clock, now: '2027-02-01T09:59:59.999Z' });
  expect((await create('old', body)).text).toBe(first.text);
  await sandbox.control('POST', 'clock', { clock, now: '2027-02-01T10:00:00.000Z' });
  const reborn = await create('old', body);
  expect(reborn.body['id']).not.toBe(first.body['id']);
  const kept = await inLedger('old');
  expect(kept.map((payment) => payment.sends)).toEqual([
    ['2027-01-31T10:00:00.000Z', '2027-02-01T09:59:59.999Z'],
    ['2027-02-01T10:00:00.000Z'],
  ]);
});
