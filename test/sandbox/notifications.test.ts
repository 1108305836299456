import { afterAll, afterEach, beforeEach, expect, test } from '@jest/globals';
import { errorsOf } from './conformance.ts';
import {
  asText,
  buy,
  charge,
  newDataDir,
  order,
  removeDataDirs,
  startReceiver,
  startTestSandbox,
  type Receiver,
  type TestSandbox,
  until,
} from './test-sandbox.ts';

/** A minute of the provider's schedule takes 6 ms here. */
const fast = '0.0001';
let receiver: Receiver;
let sandbox: TestSandbox;
beforeEach(async () => {
  receiver = await startReceiver();
  sandbox = await startTestSandbox({ SANDBOX_NOTIFICATION_URL: receiver.url, SANDBOX_RETRY_FACTOR: fast });
});
afterEach(async () => {
  await sandbox.stop();
  await receiver.stop();
});
afterAll(removeDataDirs);

const setMode = (mode: string, ms?: number) => sandbox.control('POST', 'notifications', { mode, ms });
const events = () => receiver.received.map((notification) => notification['event']);
const undelivered = async () => (await sandbox.control('GET', 'notifications')).body['undelivered']?.length;

test('each change that has an event is notified once, with the object as a read shows it', async () => {
  const { id } = await buy(sandbox);
  await receiver.arrived(1);
  const { body: read } = await sandbox.call('GET', `/v3/payments/${asText(id)}`);
  expect(receiver.received).toEqual([{ type: 'notification', event: 'payment.succeeded', object: read }]);
  const held = await buy(sandbox, { capture: false });
  await sandbox.call('POST', `/v3/payments/${asText(held['id'])}/cancel`);
  await sandbox.control('POST', `payment-methods/${asText(id)}`, { next: 'general_decline' });
  await charge(sandbox, id);
  const refund = { payment_id: id, amount: { value: '299.00', currency: 'RUB' } };
  await sandbox.call('POST', '/v3/refunds', { body: refund });
  const binding = { type: 'sbp', confirmation: { type: 'qr' } };
  const { body: bound } = await sandbox.call('POST', '/v3/payment_methods', { body: binding });
  await sandbox.control('POST', `payment-methods/${asText(bound['id'])}/bind`, { result: 'active' });
  await receiver.arrived(6);
  expect(receiver.received.flatMap((one) => errorsOf('notifications', one))).toEqual([]);
  expect(events().sort()).toEqual([
    'payment.canceled',
    'payment.canceled',
    'payment.succeeded',
    'payment.waiting_for_capture',
    'payment_method.active',
    'refund.succeeded',
  ]);
});

test('a pending payment, a declined card and a failed refund send no notification', async () => {
  const { id } = await buy(sandbox, {}, '5555555555554600');
  await sandbox.control('POST', `payments/${asText(id)}/pay`, { card: '4111111111111111' });
  await sandbox.control('POST', 'refunds', { next: 'general_decline' });
  const refund = { payment_id: id, amount: { value: '299.00', currency: 'RUB' } };
  await sandbox.call('POST', '/v3/refunds', { body: refund });
  await sandbox.call('POST', '/v3/refunds', { body: refund });
  await receiver.arrived(2);
  expect(events().sort()).toEqual(['payment.succeeded', 'refund.succeeded']);
});

test.each([201, 204, 302, 404, 500])('an answer %i is no delivery: it is repeated until 200', async (status) => {
  receiver.answerWith(status);
  await buy(sandbox);
  await receiver.arrived(3);
  receiver.answerWith(200);
  const before = receiver.received.length;
  await receiver.arrived(before + 1);
  expect(new Set(receiver.received.map((notification) => JSON.stringify(notification))).size).toBe(1);
});

test('after the last try of the schedule a notification is dropped', async () => {
  receiver.answerWith(500);
  await setMode('normal');
  const quick = await startTestSandbox({ SANDBOX_NOTIFICATION_URL: receiver.url, SANDBOX_RETRY_FACTOR: '0' });
  await buy(quick);
  await receiver.arrived(9);
  const left = async (): Promise<unknown> => (await quick.control('GET', 'notifications')).body['undelivered']?.length;
  await until(async () => (await left()) === 0);
  expect(receiver.received).toHaveLength(9);
  await quick.stop();
});

test('undelivered notifications survive a restart', async () => {
  const dataDir = newDataDir();
  // The second try comes 0.3 s after the event, the last one minutes later.
  const env = {
    SANDBOX_DATA_DIR: dataDir,
    SANDBOX_NOTIFICATION_URL: 'http://127.0.0.1:1/nobody',
    SANDBOX_RETRY_FACTOR: '0.005',
  };
  const before = await startTestSandbox(env);
  const { id } = await buy(before);
  await before.stop();
  const after = await startTestSandbox({ ...env, SANDBOX_NOTIFICATION_URL: receiver.url });
  await receiver.arrived(1);
  expect(receiver.received).toMatchObject([{ event: 'payment.succeeded', object: { id } }]);
  await after.stop();
});

test('mode off sends nothing, and events of that time are not sent later', async () => {
  await setMode('off');
  const { id } = await buy(sandbox);
  await setMode('normal');
  await charge(sandbox, id);
  await receiver.arrived(1);
  expect(receiver.received).toHaveLength(1);
  expect(receiver.received[0]?.['object']?.['id']).not.toBe(id);
  expect(await undelivered()).toBe(0);
});

test('mode duplicate sends everything twice', async () => {
  await setMode('duplicate');
  await buy(sandbox);
  await receiver.arrived(2);
  expect(receiver.received[0]).toEqual(receiver.received[1]);
});

test('mode late sends after the requested pause', async () => {
  await setMode('late', 2_000);
  await buy(sandbox);
  expect(await undelivered()).toBe(1);
  await receiver.arrived(1);
  expect(events()).toEqual(['payment.succeeded']);
});

test('mode reordered lets the later one arrive first', async () => {
  const first = await sandbox.call('POST', '/v3/payments', { body: order({ capture: false }) });
  const path = asText(first.body['id']);
  await setMode('reordered', 60_000);
  await sandbox.control('POST', `payments/${path}/pay`, { card: '4111111111111111' });
  await sandbox.call('POST', `/v3/payments/${path}/capture`, { body: {} });
  await receiver.arrived(2);
  expect(events()).toEqual(['payment.succeeded', 'payment.waiting_for_capture']);
});
