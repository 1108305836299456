import { describe, expect, test } from '@jest/globals';
import { createPageReader } from '../../../src/adapters/yookassa/list-page.ts';
import { createProviderList } from '../../../src/adapters/yookassa/provider-list.ts';
import { hourMs } from '../../../src/domain/model/instant.ts';
import { openPage, succeededPayment, succeededRefund } from './provider-answers.ts';

const from = Date.UTC(2018, 6, 18, 10);

function serve(body: unknown) {
  const paths: string[] = [];
  const list = createProviderList(
    createPageReader((path) => {
      paths.push(path);
      return Promise.resolve({ kind: 'response', status: 200, body: JSON.stringify(body) });
    }),
  );
  const page = (object: 'payment' | 'refund', cursor: string | null = null) =>
    list.page({ object, from, to: from + hourMs }, cursor, 'r-1');
  return { page, paths };
}

describe('a page of the provider’s list', () => {
  test('is asked for by creation time, with the filters beside every cursor', async () => {
    const { page, paths } = serve({ type: 'list', items: [] });
    await page('payment');
    await page('refund', 'c/1');
    const window = 'created_at.gte=2018-07-18T10%3A00%3A00.000Z&created_at.lt=2018-07-18T11%3A00%3A00.000Z';
    expect(paths).toEqual([`/payments?limit=100&${window}`, `/refunds?limit=100&${window}&cursor=c%2F1`]);
  });

  test('holds objects of ours and of others, and names those that cannot be read', async () => {
    const unreadable = { ...succeededPayment, id: 'odd-1', amount: 1 };
    const { page } = serve({ type: 'list', items: [succeededPayment, openPage, unreadable, {}], next_cursor: 'more' });
    expect(await page('payment')).toMatchObject({
      kind: 'page',
      objects: [{ id: succeededPayment.id }, { metadata: { paymentId: null } }],
      unreadable: ['odd-1', 'an object without an id'],
      nextCursor: 'more',
    });
  });

  test('reads a refund made in the cabinet, which names its payment and nothing of ours', async () => {
    const { page } = serve({ type: 'list', items: [{ ...succeededRefund, metadata: undefined }] });
    expect(await page('refund')).toMatchObject({
      objects: [{ providerPaymentId: succeededRefund.payment_id, metadata: { paymentId: null, userId: null } }],
      unreadable: [],
      nextCursor: null,
    });
  });

  test('reads a payment of another program that left our names empty', async () => {
    const { page } = serve({ type: 'list', items: [{ ...openPage, metadata: { payment_id: '', user_id: '' } }] });
    expect(await page('payment')).toMatchObject({ objects: [{ metadata: { paymentId: null, userId: null } }] });
  });
});
