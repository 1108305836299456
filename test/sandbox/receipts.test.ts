import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { asText, type Json, removeDataDirs, startTestSandbox, type TestSandbox } from './test-sandbox.ts';

let sandbox: TestSandbox;
beforeAll(async () => {
  sandbox = await startTestSandbox({
    SANDBOX_SHOPS: '100500:test_sandbox:receipts,100501:k:receipts_by_phone,100502:k',
  });
});
afterAll(async () => {
  await sandbox.stop();
  removeDataDirs();
});

const amount = (value: string) => ({ value, currency: 'RUB' });
const item = {
  ...{ description: 'Подписка на 1 месяц', quantity: 1, amount: amount('299.00'), vat_code: 11, measure: 'piece' },
  ...{ payment_subject: 'service', payment_mode: 'full_payment' },
};
const receipt = { customer: { email: 'viewer@cinema.example' }, internet: true, items: [item] };
const order = (more: object) => ({
  ...{ amount: amount('299.00'), capture: true, payment_method_data: { type: 'bank_card' } },
  confirmation: { type: 'redirect', return_url: 'https://cinema.example/back' },
  ...more,
});

async function pay(more: object = { receipt }): Promise<Json> {
  const created = await sandbox.call('POST', '/v3/payments', { body: order(more) });
  expect(created.status).toBe(200);
  const paid = await sandbox.control('POST', `payments/${asText(created.body['id'])}/pay`, {
    card: '5555555555554444',
  });
  return paid.body;
}

const read = async (path: string): Promise<Json> => (await sandbox.call('GET', path)).body;

describe('a shop that makes receipts', () => {
  test.each([
    ['none', {}],
    ['no customer', { receipt: { items: [item] } }],
    ['a phone where only an address will do', { receipt: { ...receipt, customer: { phone: '79000000000' } } }],
    ['no item', { receipt: { ...receipt, items: [] } }],
    ['another sum', { receipt: { ...receipt, items: [{ ...item, amount: amount('298.00') }] } }],
    ['an unknown VAT code', { receipt: { ...receipt, items: [{ ...item, vat_code: 13 }] } }],
    ['too long a description', { receipt: { ...receipt, items: [{ ...item, description: 'x'.repeat(129) }] } }],
    ['an unknown measure', { receipt: { ...receipt, items: [{ ...item, measure: 'month' }] } }],
    ['no measure', { receipt: { ...receipt, items: [{ ...item, measure: undefined }] } }],
    ['an unknown subject', { receipt: { ...receipt, items: [{ ...item, payment_subject: 'film' }] } }],
    ['an unknown mode', { receipt: { ...receipt, items: [{ ...item, payment_mode: 'later' }] } }],
    ['an unknown tax system', { receipt: { ...receipt, tax_system_code: 7 } }],
  ])('refuses a payment with %s', async (_what, more) => {
    const answered = await sandbox.call('POST', '/v3/payments', { body: order(more) });
    expect([answered.status, answered.body]).toMatchObject([
      400,
      { code: 'invalid_request', description: 'Receipt is missing or illegal', parameter: 'receipt' },
    ]);
  });

  test.each([
    ['another measure', '100500:test_sandbox', { measure: 'day' }],
    ['another subject', '100500:test_sandbox', { payment_subject: 'composite' }],
    ['no subject and no mode', '100500:test_sandbox', { payment_subject: undefined, payment_mode: undefined }],
    ['no measure, where the register is not the provider’s', '100501:k', { measure: undefined }],
  ])('takes an item with %s', async (_what, shop, change) => {
    const body = order({ receipt: { ...receipt, items: [{ ...item, ...change }] } });
    expect((await sandbox.call('POST', '/v3/payments', { body, shop })).status).toBe(200);
  });

  test('says so, and takes a phone where the shop may send to one', async () => {
    expect(await read('/v3/me')).toMatchObject({ fiscalization: { enabled: true }, fiscalization_enabled: true });
    const body = order({ receipt: { ...receipt, customer: { phone: '79000000000' } } });
    const answered = await sandbox.call('POST', '/v3/payments', { body, shop: '100501:k' });
    expect(answered.status).toBe(200);
    const other = await sandbox.call('GET', '/v3/me', { shop: '100502:k' });
    expect(other.body).not.toHaveProperty('fiscalization');
  });

  test('registers the receipt after a time, and lists it by its payment', async () => {
    await sandbox.control('POST', 'receipts', { delay_ms: 60_000 });
    const { id } = await pay();
    const path = `/v3/payments/${asText(id)}`;
    expect(await read(path)).toMatchObject({ status: 'succeeded', receipt_registration: 'pending' });
    const later = new Date(Date.now() + 61_000).toISOString();
    await sandbox.control('POST', 'clock', { now: later });
    expect(await read(path)).toMatchObject({ receipt_registration: 'succeeded' });
    const listed = await read(`/v3/receipts?payment_id=${asText(id)}`);
    expect(listed).toMatchObject({
      items: [
        {
          type: 'payment',
          payment_id: id,
          status: 'succeeded',
          items: [item],
          fiscal_document_number: expect.stringMatching(/^\d+$/),
        },
      ],
    });
    const [shown] = listed['items'] as unknown as readonly Json[];
    expect(await read(`/v3/receipts/${asText(shown?.['id'])}`)).toEqual(shown);
    await sandbox.control('POST', 'clock', { now: null });
  });

  test('lets the next receipt fail on demand', async () => {
    await sandbox.control('POST', 'receipts', { delay_ms: 0, next: 'canceled' });
    expect(await read(`/v3/payments/${asText((await pay())['id'])}`)).toMatchObject({
      receipt_registration: 'canceled',
    });
    expect(await pay()).toMatchObject({ receipt_registration: 'succeeded' });
    expect((await sandbox.control('POST', 'receipts', { next: 'lost' })).status).toBe(400);
  });

  test('wants a receipt for a refund of a part, and repeats that of the payment for the whole', async () => {
    const { id } = await pay();
    const part = { payment_id: id, amount: amount('99.00') };
    expect((await sandbox.call('POST', '/v3/refunds', { body: part })).status).toBe(400);
    const partReceipt = { ...receipt, items: [{ ...item, amount: amount('99.00') }] };
    const refunded = await sandbox.call('POST', '/v3/refunds', { body: { ...part, receipt: partReceipt } });
    expect(refunded.body).toMatchObject({ status: 'succeeded', receipt_registration: 'succeeded' });
    const whole = { payment_id: (await pay())['id'], amount: amount('299.00') };
    const repeated = await sandbox.call('POST', '/v3/refunds', { body: whole });
    expect(repeated.body).toMatchObject({ status: 'succeeded', receipt_registration: 'succeeded' });
    expect(await read(`/v3/receipts?refund_id=${asText(repeated.body['id'])}`)).toMatchObject({
      items: [{ type: 'refund', items: [item] }],
    });
  });
});
