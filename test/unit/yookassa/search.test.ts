import { describe, expect, test } from '@jest/globals';
import type { HttpResult } from '../../../src/adapters/yookassa/http-call.ts';
import { searchList } from '../../../src/adapters/yookassa/search.ts';
import { declinedCharge, openPage, succeededPayment } from './provider-answers.ts';

const search = {
  object: 'payment',
  paymentId: 'p-1',
  from: Date.UTC(2018, 6, 18, 10),
  to: Date.UTC(2018, 6, 18, 12),
} as const;
const ok = (body: object): HttpResult => ({ kind: 'response', status: 200, body: JSON.stringify(body) });
const list = (items: readonly unknown[], cursor?: string) => ok({ type: 'list', items, next_cursor: cursor });

function serve(...pages: readonly HttpResult[]) {
  const paths: string[] = [];
  const get = (path: string): Promise<HttpResult> => {
    paths.push(path);
    return Promise.resolve(pages[Math.min(paths.length, pages.length) - 1] ?? list([]));
  };
  return { get, paths };
}

describe('a search of the list', () => {
  test('asks by creation window in full pages, and follows the cursor with the same filters', async () => {
    const { get, paths } = serve(list([openPage], 'c/1'), list([succeededPayment]));
    expect(await searchList(search, get)).toMatchObject({ kind: 'found', object: { status: 'succeeded' } });
    const window = 'created_at.gte=2018-07-18T10%3A00%3A00.000Z&created_at.lte=2018-07-18T12%3A00%3A00.000Z';
    expect(paths).toEqual([`/payments?limit=100&${window}`, `/payments?limit=100&${window}&cursor=c%2F1`]);
  });

  test('refunds are asked for by their payment', async () => {
    const { get, paths } = serve(list([]));
    await searchList({ object: 'refund', providerPaymentId: 'x', paymentId: 'r-1' }, get);
    expect(paths).toEqual(['/refunds?limit=100&payment_id=x']);
  });

  test('of several objects of one payment the captured one counts', async () => {
    const canceled = { ...declinedCharge, metadata: { payment_id: 'p-1' } };
    const { get } = serve(list([canceled, succeededPayment], 'more'), list([canceled]));
    expect(await searchList(search, get)).toMatchObject({ object: { id: succeededPayment.id } });
  });

  test('objects of others may be invalid, ours must be valid', async () => {
    const { get } = serve(list([{ id: 1 }, { metadata: null }]));
    expect(await searchList(search, get)).toEqual({ kind: 'absent' });
    const broken = serve(list([{ ...succeededPayment, amount: 1 }]));
    expect(await searchList(search, broken.get)).toEqual({ kind: 'unavailable', reason: 'invalid_answer' });
  });

  test.each([
    { kind: 'failed', code: 'ECONNRESET' } as const,
    { kind: 'response', status: 500, body: '' } as const,
    { kind: 'response', status: 404, body: '' } as const,
    ok({ type: 'list' }),
    ok({ type: 'list', items: [null] }),
    ok({ type: 'list', items: [], next_cursor: 7 }),
    ok([]),
  ])('a page that was not read or not understood is no absence: %j', async (page) => {
    const { get } = serve(list([], 'more'), page);
    expect(await searchList(search, get)).toMatchObject({ kind: 'unavailable' });
  });

  test('a search with a circular cursor ends', async () => {
    const { get, paths } = serve(list([], 'round'));
    expect(await searchList(search, get)).toEqual({ kind: 'unavailable', reason: 'too_many_pages' });
    expect(paths).toHaveLength(50);
  });
});
