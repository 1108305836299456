import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { asText, buy, order, removeDataDirs, startTestSandbox, type Json, type TestSandbox } from './test-sandbox.ts';

let sandbox: TestSandbox;
const ids: string[] = [];
const dayList = ['01', '02', '03', '04', '05'];

/** Five payments on five days of one clock: pending, pending, authorized, paid, paid by wallet. */
beforeAll(async () => {
  sandbox = await startTestSandbox();
  const metadata = { test_clock_id: 'list' };
  for (const day of dayList) {
    await sandbox.control('POST', 'clock', { clock: 'list', now: `2027-03-${day}T12:00:00.000Z` });
    const change = {
      metadata,
      payment_method_data: { type: day === '05' ? 'yoo_money' : 'bank_card' },
      capture: day !== '03',
    };
    const { id } =
      Number(day) < 3
        ? (await sandbox.call('POST', '/v3/payments', { body: order(change) })).body
        : await buy(sandbox, change);
    ids.push(asText(id));
  }
});
afterAll(async () => {
  await sandbox.stop();
  removeDataDirs();
});

async function list(query: string) {
  const { status, body } = await sandbox.call('GET', `/v3/payments?${query}`);
  expect(status).toBe(200);
  const items = body['items'] as unknown as Json[];
  return { days: items.map((item) => dayList[ids.indexOf(asText(item['id']))]), cursor: body['next_cursor'] };
}

describe('a list of payments', () => {
  test.each([
    ['all, newest first', '', ['05', '04', '03', '02', '01']],
    ['from a moment on', 'created_at.gte=2027-03-04T12:00:00.000Z', ['05', '04']],
    ['after a moment', 'created_at.gt=2027-03-04T12:00:00.000Z', ['05']],
    ['up to a moment', 'created_at.lte=2027-03-02T12:00:00Z', ['02', '01']],
    ['before a moment', 'created_at.lt=2027-03-02T12:00:00Z', ['01']],
    ['between moments', 'created_at.gte=2027-03-02T12:00:00Z&created_at.lt=2027-03-04T12:00:00Z', ['03', '02']],
    ['in another zone', 'created_at.gte=2027-03-04T15:00:00.000%2B03:00', ['05', '04']],
    ['by a method that nobody used', 'payment_method=cash', []],
    ['by capture', 'captured_at.gte=2027-03-01T00:00:00Z', ['05', '04']],
    ['by status', 'status=succeeded', ['05', '04']],
    ['held', 'status=waiting_for_capture', ['03']],
    ['canceled by now, their pages being over', 'status=canceled', ['02', '01']],
    ['by method', 'payment_method=bank_card&status=succeeded', ['05', '04']],
    ['the newest', 'limit=1', ['05']],
  ])('gives %s', async (_name, query, days) => {
    expect((await list(query)).days).toEqual(days);
  });

  test('is paged by a cursor, which the last page lacks', async () => {
    const first = await list('limit=2');
    const second = await list(`limit=2&cursor=${asText(first.cursor)}`);
    const third = await list(`limit=2&cursor=${asText(second.cursor)}`);
    expect([first.days, second.days, third.days]).toEqual([['05', '04'], ['03', '02'], ['01']]);
    expect(third.cursor).toBeUndefined();
  });

  test('keeps its filters from page to page', async () => {
    const first = await list('limit=1&status=canceled');
    expect((await list(`limit=1&status=canceled&cursor=${asText(first.cursor)}`)).days).toEqual(['01']);
  });

  test('has a cursor that is no id of an object, and takes no id for one', async () => {
    const { cursor } = await list('limit=2');
    expect(ids).not.toContain(asText(cursor));
    expect((await sandbox.call('GET', `/v3/payments?cursor=${ids[3] ?? ''}`)).status).toBe(400);
  });

  test('goes on behind the same object when others were made meanwhile, and holds no filters in its cursor', async () => {
    const { cursor } = await list('limit=2');
    await sandbox.call('POST', '/v3/payments', { body: order() });
    expect((await list(`limit=3&cursor=${asText(cursor)}`)).days).toEqual(['03', '02', '01']);
    expect((await list(`status=canceled&cursor=${asText(cursor)}`)).days).toEqual(['02', '01']);
  });

  test.each([
    ...['limit=0', 'limit=101', 'limit=x', 'status=paid', 'payment_method=card', 'cursor=nothing'],
    ...['created_at.gte=yesterday', 'created_at.gte=2027-03-04', 'created_at.gte=2027-03-04T12:00:00'],
  ])('refuses %s, naming the parameter', async (query) => {
    expect(await sandbox.call('GET', `/v3/payments?${query}`)).toMatchObject({
      status: 400,
      body: { code: 'invalid_request', parameter: query.split('=')[0] },
    });
  });

  test('shows ten by default', async () => {
    for (let count = 0; count < 11; count += 1) await sandbox.call('POST', '/v3/payments', { body: order() });
    const { body } = await sandbox.call('GET', '/v3/payments');
    expect(body['items']).toHaveLength(10);
    expect(body['next_cursor']).toBeDefined();
  });

  test('reaches back three years', async () => {
    await sandbox.control('POST', 'clock', { clock: 'list', now: '2031-01-01T00:00:00.000Z' });
    expect((await list('status=succeeded')).days).toEqual([]);
  });
});
