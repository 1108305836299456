import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { errorsOf, samples, shapeOf } from './conformance.ts';
import { asText, buy, type Json, removeDataDirs, startTestSandbox, type TestSandbox } from './test-sandbox.ts';

let sandbox: TestSandbox;
beforeAll(async () => {
  sandbox = await startTestSandbox({ SANDBOX_SHOPS: '100500:test_sandbox:receipts' });
});
afterAll(async () => {
  await sandbox.stop();
  removeDataDirs();
});

const amount = { value: '299.00', currency: 'RUB' };
const item = {
  ...{ description: 'Subscription, 1 month', quantity: 1, amount, vat_code: 11, measure: 'piece' },
  ...{ payment_subject: 'service', payment_mode: 'full_payment' },
};
const receiptOf = (items: readonly object[]) => ({
  receipt: { customer: { email: 'viewer@cinema.example' }, internet: true, items, tax_system_code: 2 },
});
const read = async (path: string): Promise<Json> => (await sandbox.call('GET', path)).body;
const paid = (items: readonly object[] = [item]): Promise<Json> => buy(sandbox, receiptOf(items));
const script = (body: object) => sandbox.control('POST', 'receipts', body);

/** The only receipt of a payment or refund, by itself: lists show the same. */
async function receiptBy(name: 'payment_id' | 'refund_id', id: unknown): Promise<Json> {
  const listed = await read(`/v3/receipts?${name}=${asText(id)}`);
  expect(errorsOf('receipts_list', listed)).toEqual([]);
  const [shown] = listed['items'] as unknown as readonly [Json];
  expect(await read(`/v3/receipts/${asText(shown['id'])}`)).toEqual(shown);
  return shown;
}

type Case = readonly [sample: string, make: () => Promise<Json>];
const cases: readonly Case[] = [
  [
    'payment_pending',
    async () => {
      await script({ delay_ms: 60_000 });
      return receiptBy('payment_id', (await paid())['id']);
    },
  ],
  [
    'payment_succeeded',
    async () => {
      await script({ delay_ms: 0 });
      return receiptBy('payment_id', (await paid())['id']);
    },
  ],
  [
    'payment_canceled',
    async () => {
      await script({ delay_ms: 0, next: 'canceled' });
      return receiptBy('payment_id', (await paid())['id']);
    },
  ],
  [
    'refund_succeeded',
    async () => {
      await script({ delay_ms: 0 });
      const body = { payment_id: (await paid())['id'], amount };
      const refunded = (await sandbox.call('POST', '/v3/refunds', { body })).body;
      expect(errorsOf('refunds', refunded)).toEqual([]);
      return receiptBy('refund_id', refunded['id']);
    },
  ],
];

describe("the provider's contract of receipts", () => {
  test.each(cases)('%s has the shape of the sample and keeps the rules of its kind', async (name, make) => {
    const answer = await make();
    expect(errorsOf('receipts', answer)).toEqual([]);
    expect(shapeOf(answer)).toEqual(shapeOf(samples['receipts']?.[name]));
  });

  test('an item is shown as a receipt shows it, however it was sent', async () => {
    const sent = { ...item, quantity: '2.00', amount: { value: '149.5', currency: 'RUB' }, note: 'for the register' };
    const shown = await receiptBy('payment_id', (await paid([sent]))['id']);
    expect(shown['items']).toEqual([{ ...item, quantity: 2, amount: { ...amount, value: '149.50' } }]);
  });

  test('a payment and the shop keep the rules where receipts are made', async () => {
    expect(errorsOf('payments', await read(`/v3/payments/${asText((await paid())['id'])}`))).toEqual([]);
    expect(errorsOf('shop', await read('/v3/me'))).toEqual([]);
  });

  test('the list filters by a time that it does not show', async () => {
    const [before, after] = ['2020-01-01T00:00:00.000Z', '2999-01-01T00:00:00.000Z'];
    expect((await read(`/v3/receipts?created_at.gte=${before}`))['items']?.length).toBeGreaterThan(3);
    expect(await read(`/v3/receipts?created_at.gte=${after}`)).toEqual({ type: 'list', items: [] });
  });
});
