import { afterAll, afterEach, beforeEach, expect, test } from '@jest/globals';
import {
  asText,
  buy,
  order,
  removeDataDirs,
  startReceiver,
  startTestSandbox,
  type Receiver,
  type TestSandbox,
} from './test-sandbox.ts';

let receiver: Receiver;
let sandbox: TestSandbox;
beforeEach(async () => {
  receiver = await startReceiver();
  sandbox = await startTestSandbox({ SANDBOX_NOTIFICATION_URL: receiver.url });
});
afterEach(async () => {
  await sandbox.stop();
  await receiver.stop();
});
afterAll(removeDataDirs);

const setClock = (now: string | null, clock?: string) =>
  sandbox.control('POST', 'clock', clock === undefined ? { now } : { clock, now });
const onClock = (clock: string, change: object = {}) => order({ metadata: { test_clock_id: clock }, ...change });
const create = async (body: unknown) => (await sandbox.call('POST', '/v3/payments', { body })).body;
const read = async (id: unknown) => (await sandbox.call('GET', `/v3/payments/${asText(id)}`)).body;

test('a payment takes all its times from the clock its metadata name, and its refunds too', async () => {
  await setClock('2030-02-28T23:00:00.000Z', 'far');
  const payment = await buy(sandbox, { metadata: { test_clock_id: 'far' } });
  expect(payment).toMatchObject({ created_at: '2030-02-28T23:00:00.000Z', captured_at: '2030-02-28T23:00:00.000Z' });
  await setClock('2030-03-02T08:00:00.000Z', 'far');
  const refund = { payment_id: payment['id'], amount: { value: '1.00', currency: 'RUB' } };
  expect((await sandbox.call('POST', '/v3/refunds', { body: refund })).body['created_at']).toBe(
    '2030-03-02T08:00:00.000Z',
  );
  const { body: ledger } = await sandbox.control('GET', 'ledger');
  const [sent] = ledger['payments'] as unknown as { sends: string[]; sends_real: string[] }[];
  expect(sent?.sends).toEqual(['2030-02-28T23:00:00.000Z']);
  expect(sent?.sends_real).toHaveLength(1);
});

test('a clock may lie in the past', async () => {
  await setClock('2020-01-31T00:00:00.000Z', 'past');
  expect((await create(onClock('past')))['created_at']).toBe('2020-01-31T00:00:00.000Z');
});

test('a clock stands still, from the first request that names it, until it is moved', async () => {
  const first = await create(onClock('new'));
  const second = await create(onClock('new'));
  expect(second['created_at']).toBe(first['created_at']);
  const { body } = await sandbox.call('GET', '/v3/me').then(() => sandbox.control('GET', 'clock?clock=new'));
  expect(body).toEqual({ clock: 'new', now: first['created_at'] });
});

test('moving a clock ends the pages that are over by it, notifies the shop, and moves no other clock', async () => {
  await setClock('2027-01-01T00:00:00.000Z', 'a');
  const [mine, other, own] = [await create(onClock('a')), await create(onClock('b')), await create(order())];
  await setClock('2027-01-01T00:59:59.999Z', 'a');
  expect((await read(mine['id']))['status']).toBe('pending');
  await setClock('2027-01-01T01:00:00.000Z', 'a');
  await receiver.arrived(1);
  expect(receiver.received).toMatchObject([
    {
      type: 'notification',
      event: 'payment.canceled',
      object: {
        id: mine['id'],
        status: 'canceled',
        cancellation_details: { party: 'yoo_money', reason: 'expired_on_confirmation' },
      },
    },
  ]);
  expect(await read(mine['id'])).toEqual(receiver.received[0]?.['object']);
  for (const { id } of [other, own]) expect((await read(id))['status']).toBe('pending');
});

test('an authorization that is not captured for seven days is released', async () => {
  await setClock('2027-01-01T00:00:00.000Z', 'hold');
  const held = await buy(sandbox, { capture: false, metadata: { test_clock_id: 'hold' } });
  expect(held['expires_at']).toBe('2027-01-08T00:00:00.000Z');
  await setClock('2027-01-08T00:00:00.000Z', 'hold');
  expect(await read(held['id'])).toMatchObject({
    status: 'canceled',
    paid: false,
    cancellation_details: { party: 'yoo_money', reason: 'expired_on_capture' },
  });
});

test("the sandbox's own clock can be moved, runs on, and returns to real time", async () => {
  const payment = await create(order());
  await setClock('2040-05-05T05:05:05.000Z');
  expect((await read(payment['id']))['status']).toBe('canceled');
  expect((await create(order()))['created_at']).toMatch(/^2040-05-05T05:0/);
  await setClock(null);
  expect((await create(order()))['created_at']).not.toMatch(/^2040/);
});

test('an expired page cannot be paid', async () => {
  await setClock('2027-01-01T00:00:00.000Z', 'late');
  const { id } = await create(onClock('late'));
  await setClock('2027-01-01T01:00:00.000Z', 'late');
  expect((await sandbox.control('POST', `payments/${asText(id)}/pay`, { card: '4111111111111111' })).status).toBe(400);
});
