import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { Ajv } from 'ajv';
import * as contract from './provider-contract.ts';
import {
  asText,
  buy,
  removeDataDirs,
  startReceiver,
  startTestSandbox,
  type Json,
  type Receiver,
  type TestSandbox,
} from './test-sandbox.ts';

const ajv = new Ajv({ allErrors: true, strict: false });
const isPayment = ajv.compile(contract.payment);
const isRefund = ajv.compile(contract.refund);

let sandbox: TestSandbox;
let receiver: Receiver;
beforeAll(async () => {
  receiver = await startReceiver();
  sandbox = await startTestSandbox({ SANDBOX_NOTIFICATION_URL: receiver.url });
});
afterAll(async () => {
  await sandbox.stop();
  await receiver.stop();
  removeDataDirs();
});

const read = async (path: string): Promise<Json> => (await sandbox.call('GET', `/v3/${path}`)).body;
const events = () => receiver.received.map((body) => `${asText(body['event'])} ${asText(body['object']?.['id'])}`);
const firstId = async (body: object): Promise<string> =>
  asText((await sandbox.control('POST', 'payments', body)).body['ids']?.['0' as never]);

describe('a refund made by hand in the cabinet', () => {
  const refund = (id: unknown, body: object) => sandbox.control('POST', `payments/${asText(id)}/refund`, body);

  test('has no metadata, is listed under its payment, and is notified', async () => {
    const { id } = await buy(sandbox);
    const { body } = await refund(id, { amount: '100.00' });
    expect(body).toMatchObject({ payment_id: id, status: 'succeeded', amount: { value: '100.00' } });
    expect(body['metadata']).toBeUndefined();
    expect(isRefund(body)).toBe(true);
    expect((await read(`refunds?payment_id=${asText(id)}`))['items']).toEqual([body]);
    expect(await read(`payments/${asText(id)}`)).toMatchObject({ refunded_amount: { value: '100.00' } });
    await receiver.arrived(2);
    expect(events()).toContain(`refund.succeeded ${asText(body['id'])}`);
  });

  test('takes the rest where no amount is given, and may be the provider’s to refuse', async () => {
    const { id } = await buy(sandbox);
    await refund(id, { amount: '99.00' });
    expect((await refund(id, {})).body).toMatchObject({ amount: { value: '200.00' } });
    expect(await refund(id, { amount: '1.00' })).toMatchObject({
      status: 400,
      body: { error: '"amount": Payment is already completely refunded' },
    });
    expect((await refund(id, { amount: 'much' })).status).toBe(400);
    expect((await refund('nope', {})).status).toBe(404);
  });
});

describe('payments that others made', () => {
  test('look as the provider’s own, with the metadata of another program or none, and are notified', async () => {
    const invoice = await firstId({});
    const other = await firstId({ amount: '50.00', metadata: { order_no: 'A-17', payment_id: '', user_id: null } });
    const objects = await Promise.all([invoice, other].map((id) => read(`payments/${id}`)));
    expect(objects).toMatchObject([
      { status: 'succeeded', metadata: {}, amount: { value: '1000.00' } },
      { status: 'succeeded', metadata: { order_no: 'A-17', payment_id: '' }, amount: { value: '50.00' } },
    ]);
    for (const object of objects) expect(isPayment(object)).toBe(true);
    while (!events().includes(`payment.succeeded ${other}`)) await receiver.arrived(receiver.received.length + 1);
    expect(events()).toContain(`payment.succeeded ${invoice}`);
  });

  test('may each have a number in their metadata', async () => {
    const wanted = { count: 2, metadata: { order_no: 'A-{n}', note: 'same' } };
    const { ids } = (await sandbox.control('POST', 'payments', wanted)).body as { ids: unknown };
    const made = await Promise.all((ids as readonly string[]).map((id) => read(`payments/${id}`)));
    expect(made.map(({ metadata }) => metadata)).toEqual([
      { order_no: 'A-0', note: 'same' },
      { order_no: 'A-1', note: 'same' },
    ]);
  });

  test('ten thousand of a day are made at once, and each is listed once, page by page', async () => {
    const day = { from: '2026-12-23T00:00:00.000Z', to: '2026-12-24T00:00:00.000Z' };
    const { body } = await sandbox.control('POST', 'payments', { count: 10_000, ...day });
    const seen = new Set<string>();
    const filters = 'limit=100&created_at.gte=2026-12-23T10:00:00Z&created_at.lt=2026-12-23T11:00:00Z';
    let page = await read(`payments?${filters}`);
    const pages = [page];
    while (page['next_cursor'] !== undefined) {
      page = await read(`payments?${filters}&cursor=${asText(page['next_cursor'])}`);
      pages.push(page);
    }
    for (const { items } of pages) for (const { id } of items as unknown as Json[]) seen.add(asText(id));
    expect(body['ids']).toHaveLength(10_000);
    expect(pages).toHaveLength(5);
    expect(seen.size).toBe(Math.floor(10_000 / 24) + 1);
  });

  test.each([
    [{ count: 20_001 }, 'count'],
    [{ amount: 'five' }, 'amount'],
    [{ amount: '0.00' }, 'amount'],
    [{ from: '2026-12-24T00:00:00Z' }, 'to'],
    [{ from: '2026-12-24T00:00:00Z', to: '2026-12-23T00:00:00Z' }, 'to'],
    [{ metadata: { a: 1 } }, 'metadata'],
  ])('%j is refused with a sentence that names the mistake', async (body, named) => {
    const answer = await sandbox.control('POST', 'payments', body);
    expect(answer).toMatchObject({ status: 400, body: { error: expect.stringContaining(`"${named}"`) } });
  });
});
