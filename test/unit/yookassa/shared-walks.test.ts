import { describe, expect, test } from '@jest/globals';
import type { HttpResult } from '../../../src/adapters/yookassa/http-call.ts';
import { createPageReader } from '../../../src/adapters/yookassa/list-page.ts';
import { createSearch } from '../../../src/adapters/yookassa/search.ts';
import { hourMs, minuteMs } from '../../../src/domain/model/instant.ts';
import { createShop, type Shop } from './shop-of-payments.ts';

const searchOf = ({ get }: Pick<Shop, 'get'>) => createSearch(createPageReader(get));
const aroundPayment = ({ createdAt }: Shop, n: number, paymentId = `p-${n}`) => ({
  ...{ object: 'payment' as const, paymentId },
  ...{ from: createdAt(n) - 45 * minuteMs, to: createdAt(n) + 46 * minuteMs },
});

describe('the search for an unknown payment in a shop of size', () => {
  test.each([6_000, 20_000])('finds it among %d payments of a day, and reads few pages', async (count) => {
    const shop = createShop(count);
    const find = searchOf(shop);
    const wanted = aroundPayment(shop, count / 2);
    expect(await find(wanted, 'r-1')).toMatchObject({ kind: 'found', object: { id: `object-${count / 2}` } });
    expect(shop.calls()).toBeLessThanOrEqual((3 * count) / 24 / 100 + 3);
    expect(await find({ ...wanted, paymentId: 'never-made' }, 'r-1')).toEqual({ kind: 'absent' });
  });

  test('an hour with more payments than one walk reads is read in parts', async () => {
    const shop = createShop(12_000, { dayMs: hourMs });
    const find = searchOf(shop);
    const sought = ['p-0', 'p-6000', 'p-11999', 'never-made'];
    const answers = await Promise.all(sought.map((id) => find(aroundPayment(shop, 6_000, id), 'r-1')));
    expect(answers.map(({ kind }) => kind)).toEqual(['found', 'found', 'found', 'absent']);
  });

  test('a thousand unknowns of one outage cost two walks at most', async () => {
    const shop = createShop(10_000);
    const find = searchOf(shop);
    // An outage of ten minutes. Half of the payments that it left unknown were made.
    const asked = Array.from({ length: 1_000 }, (_, n) => 5_000 + (n % 70));
    const answers = asked.map((n, index) =>
      find(aroundPayment(shop, n, index % 2 === 0 ? `p-${n}` : `never-made-${index}`), 'r-1'),
    );
    const kinds = (await Promise.all(answers)).map(({ kind }) => kind);
    expect(kinds.filter((kind) => kind === 'found')).toHaveLength(500);
    expect(kinds.filter((kind) => kind === 'absent')).toHaveLength(500);
    const pagesOfWalk = (4 * 10_000) / 24 / 100 + 4;
    expect(shop.calls()).toBeLessThanOrEqual(2 * pagesOfWalk);
  });
});

describe('searches of the same stretch', () => {
  const list = (items: readonly unknown[]): HttpResult => {
    return { kind: 'response', status: 200, body: JSON.stringify({ type: 'list', items }) };
  };
  const wanted = { object: 'payment', paymentId: 'p-1', from: minuteMs, to: 2 * minuteMs } as const;

  /** A list that answers when the test says so. */
  function slowList() {
    const waiting: ((result: HttpResult) => void)[] = [];
    const get = () => new Promise<HttpResult>((resolve) => void waiting.push(resolve));
    const answered = async (result: HttpResult): Promise<void> => {
      while (waiting.length === 0) await Promise.resolve();
      waiting.shift()?.(result);
    };
    return { find: searchOf({ get }), answered, waiting };
  }

  test('a walk that began before the question proves no absence: the next one does, for all that wait', async () => {
    const { find, answered, waiting } = slowList();
    const early = find(wanted, 'r-1');
    while (waiting.length === 0) await Promise.resolve();
    const late = ['p-1', 'p-2', 'p-3'].map((paymentId) => find({ ...wanted, paymentId }, 'r-2'));
    await answered(list([]));
    expect(await early).toEqual({ kind: 'absent' });
    await answered({ kind: 'response', status: 500, body: '' });
    for (const answer of late) expect(await answer).toEqual({ kind: 'unavailable', reason: 'http_500' });
    expect(waiting).toEqual([]);
  });

  test('a walk that failed does not fail the next one', async () => {
    const { find, answered } = slowList();
    const first = find(wanted, 'r-1');
    await answered({ kind: 'failed', code: 'ETIMEDOUT' });
    expect(await first).toEqual({ kind: 'unavailable', reason: 'timeout' });
    const second = find(wanted, 'r-1');
    await answered(list([]));
    expect(await second).toEqual({ kind: 'absent' });
  });
});
