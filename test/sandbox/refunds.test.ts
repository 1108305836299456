import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { asText, buy, removeDataDirs, startTestSandbox, type TestSandbox } from './test-sandbox.ts';

let sandbox: TestSandbox;
beforeAll(async () => {
  sandbox = await startTestSandbox();
});
afterAll(async () => {
  await sandbox.stop();
  removeDataDirs();
});

const refund = (paymentId: unknown, value: string, change: object = {}) =>
  sandbox.call('POST', '/v3/refunds', {
    body: { payment_id: paymentId, amount: { value, currency: 'RUB' }, ...change },
  });
const payment = async (id: unknown) => (await sandbox.call('GET', `/v3/payments/${asText(id)}`)).body;

test('a part is refunded at once, and the payment shows it', async () => {
  const { id } = await buy(sandbox);
  const { status, body } = await refund(id, '100.00', { description: 'Unused days', metadata: { why: 'r-9' } });
  expect(status).toBe(200);
  expect(body).toMatchObject({
    payment_id: id,
    status: 'succeeded',
    amount: { value: '100.00', currency: 'RUB' },
    description: 'Unused days',
    metadata: { why: 'r-9' },
  });
  expect(body['id']).toMatch(/^[0-9a-f]{8}-0015-/);
  expect(await payment(id)).toMatchObject({
    status: 'succeeded',
    refundable: true,
    refunded_amount: { value: '100.00' },
    amount: { value: '299.00' },
  });
  expect((await sandbox.call('GET', `/v3/refunds/${asText(body['id'])}`)).body).toEqual(body);
});

test('the sum of refunds never exceeds what was paid', async () => {
  const { id } = await buy(sandbox);
  await refund(id, '200.00');
  expect((await refund(id, '99.01')).body).toMatchObject({ description: 'Refund sum exceeded', parameter: 'amount' });
  expect((await refund(id, '99.00')).body['status']).toBe('succeeded');
  expect(await payment(id)).toMatchObject({
    status: 'succeeded',
    refundable: false,
    refunded_amount: { value: '299.00' },
  });
  expect((await refund(id, '1.00')).body['description']).toBe('Payment is already completely refunded');
});

test('refunds are listed by payment, newest first', async () => {
  const [one, other] = [await buy(sandbox), await buy(sandbox)];
  const first = await refund(one['id'], '10.00');
  await refund(other['id'], '10.00');
  const second = await refund(one['id'], '20.00');
  const { body } = await sandbox.call('GET', `/v3/refunds?payment_id=${asText(one['id'])}`);
  expect(body).toEqual({ type: 'list', items: [second.body, first.body] });
});

test('a scripted refund stays pending, reserves its sum, and ends as requested', async () => {
  const { id } = await buy(sandbox);
  await sandbox.control('POST', 'refunds', { next: 'pending' });
  const { body: pending } = await refund(id, '299.00');
  expect(pending['status']).toBe('pending');
  expect(await payment(id)).toMatchObject({ refundable: true, refunded_amount: { value: '0.00' } });
  expect((await refund(id, '1.00')).status).toBe(400);
  const ended = await sandbox.control('POST', `refunds/${asText(pending['id'])}`, { result: 'succeeded' });
  expect(ended.body).toMatchObject({ status: 'succeeded' });
  expect(await payment(id)).toMatchObject({ refundable: false, refunded_amount: { value: '299.00' } });
});

test('a refund that failed frees its sum again', async () => {
  const { id } = await buy(sandbox);
  await sandbox.control('POST', 'refunds', { next: 'insufficient_funds' });
  expect((await refund(id, '299.00')).body).toMatchObject({
    status: 'canceled',
    cancellation_details: { party: 'yoo_money', reason: 'insufficient_funds' },
  });
  expect((await refund(id, '299.00')).body['status']).toBe('succeeded');
});
