import { describe, expect, test } from '@jest/globals';
import type { HttpResult } from '../../../src/adapters/yookassa/http-call.ts';
import { createPageReader } from '../../../src/adapters/yookassa/list-page.ts';
import { createSearch } from '../../../src/adapters/yookassa/search.ts';
import { declinedCharge, openPage, succeededPayment, succeededRefund } from './provider-answers.ts';

const search = {
  object: 'payment',
  paymentId: 'p-1',
  from: Date.UTC(2018, 6, 18, 10, 20),
  to: Date.UTC(2018, 6, 18, 10, 40),
} as const;
const refundSearch = { object: 'refund', providerPaymentId: 'x', paymentId: 'r-1', refundId: null } as const;
const ok = (body: object): HttpResult => ({ kind: 'response', status: 200, body: JSON.stringify(body) });
const list = (items: readonly unknown[], cursor?: string) => ok({ type: 'list', items, next_cursor: cursor });

function serve(...pages: readonly HttpResult[]) {
  const paths: string[] = [];
  const find = createSearch(
    createPageReader((path) => {
      paths.push(path);
      return Promise.resolve(pages[Math.min(paths.length, pages.length) - 1] ?? list([]));
    }),
  );
  return { find: (wanted: Parameters<typeof find>[0] = search) => find(wanted, 'r-1'), paths };
}

describe('a search of the list', () => {
  test('asks for whole hours in full pages, and follows the cursor with the same filters', async () => {
    const { find, paths } = serve(list([openPage], 'c/1'), list([succeededPayment]));
    expect(await find()).toMatchObject({ kind: 'found', object: { status: 'succeeded' } });
    const window = 'created_at.gte=2018-07-18T10%3A00%3A00.000Z&created_at.lt=2018-07-18T11%3A00%3A00.000Z';
    expect(paths).toEqual([`/payments?limit=100&${window}`, `/payments?limit=100&${window}&cursor=c%2F1`]);
  });

  test('reads every hour that the window touches', async () => {
    const { find, paths } = serve(list([]), list([succeededPayment]), list([]));
    expect(await find({ ...search, to: Date.UTC(2018, 6, 18, 12) })).toMatchObject({ kind: 'found' });
    expect(paths).toHaveLength(3);
  });

  test('refunds are asked for by their payment, page by page', async () => {
    const { find, paths } = serve(list([], 'more'), list([succeededRefund]));
    expect(await find(refundSearch)).toMatchObject({ kind: 'found', object: { id: succeededRefund.id } });
    expect(paths).toEqual(['/refunds?limit=100&payment_id=x', '/refunds?limit=100&payment_id=x&cursor=more']);
    const others = serve(list([{ ...succeededRefund, metadata: undefined }]));
    expect(await others.find(refundSearch)).toEqual({ kind: 'absent' });
  });

  test('of several objects of one payment the captured one counts', async () => {
    const canceled = { ...declinedCharge, metadata: { payment_id: 'p-1' } };
    const { find } = serve(list([canceled, succeededPayment], 'more'), list([canceled]));
    expect(await find()).toMatchObject({ object: { id: succeededPayment.id } });
  });

  test('objects of others may be unreadable, ours must be readable', async () => {
    const others = [{ id: 1 }, { metadata: null }, { ...succeededPayment, amount: 1, metadata: { payment_id: 'p-2' } }];
    expect(await serve(list(others)).find()).toEqual({ kind: 'absent' });
    const invalid = { kind: 'unavailable', reason: 'invalid_answer' };
    expect(await serve(list([{ ...succeededPayment, amount: 1 }])).find()).toEqual(invalid);
    expect(await serve(list([{ ...succeededRefund, amount: 1 }])).find(refundSearch)).toEqual(invalid);
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
    for (const wanted of [search, refundSearch]) {
      expect(await serve(list([], 'more'), page).find(wanted)).toMatchObject({ kind: 'unavailable' });
    }
  });

  test('a search with a circular cursor ends, and proves no absence', async () => {
    const { find, paths } = serve(list([], 'round'));
    expect(await find()).toEqual({ kind: 'unavailable', reason: 'too_many_pages' });
    expect(paths.length).toBeLessThan(1_000);
    expect(await serve(list([], 'round')).find(refundSearch)).toEqual({
      kind: 'unavailable',
      reason: 'too_many_pages',
    });
  });
});
