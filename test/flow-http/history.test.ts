import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { dayMs } from '../../src/domain/model/instant.ts';
import { type Api, startApi, tariffIds } from './support/api.ts';
import { newUserWhoPaysAfterCancel } from './support/pay-after-cancel.ts';

let api: Api;
beforeAll(async () => {
  api = await startApi();
});
afterAll(() => api.close());

type User = Awaited<ReturnType<Api['newUser']>>;
type Json = Readonly<Record<string, unknown>>;
type Page = { readonly data: readonly Json[]; readonly has_more: boolean; readonly next: string | null };

const path = '/api/v1/payments';
/** With a token of its own: time passes in these tests, and a token lasts a day. */
const pageOf = async ({ id }: User, query = ''): Promise<Page> =>
  (await api.ask('GET', path + query, { token: await api.tokenOf(id) })).json as Page;

async function newSubscriber(): Promise<User> {
  const user = await api.newUser();
  await user.buy();
  await api.system.payPage(user.id);
  return user;
}

describe('the history of payments', () => {
  test('of a user who never bought is empty', async () => {
    expect(await pageOf(await api.newUser())).toEqual({ data: [], has_more: false, next: null });
  });

  test('says of each payment what became of it, what paid it, and why it was charged', async () => {
    const user = await newSubscriber();
    const profile = (await user.get('/api/v1/subscriptions/profile')).json as Json;
    const { data } = await pageOf(user);
    const amount = { amount_minor: 29_900, currency: 'RUB' };
    expect(data).toEqual([
      expect.objectContaining({
        ...{ status: 'succeeded', reason: null, failure_reason: null, subscription_id: profile['id'] },
        ...{ refunded_minor: 0, refunding_minor: 0, refunds: [] },
        method: expect.objectContaining({ last4: expect.any(String), brand: expect.any(String) }),
        why: {
          kind: 'checkout',
          attempt_no: 1,
          tariff: { id: tariffIds.month, alias: 'month', name: 'month' },
          period_start: profile['period_start'],
          period_end: profile['period_end'],
          consent: null,
          notice: null,
          lines: [{ text: expect.stringContaining('month'), amount }],
        },
      }),
    ]);
    // The list of the v1 API has the same payments.
    expect((await user.get(`${path}/profile`)).json).toEqual(data);
  });

  test('names the notice of a renewal and its period; a decline has its reason, here and on the subscription', async () => {
    const user = await newSubscriber();
    const before = (await user.get('/api/v1/subscriptions/profile')).json as Json;
    await api.system.pass(28 * dayMs, dayMs / 4);
    const [renewal] = (await pageOf(user)).data;
    expect(renewal).toMatchObject({
      status: 'succeeded',
      why: { kind: 'charge', period_start: before['period_end'], notice: { kind: 'renewal_upcoming' } },
    });
    const method = (await api.system.state(user.id)).methods[0]?.id ?? '';
    api.system.provider.setMethod(method, { next: 'insufficient_funds' });
    await api.system.pass(31 * dayMs, dayMs / 4);
    const token = await api.tokenOf(user.id);
    const { json } = await api.ask('GET', '/api/v1/subscriptions/profile', { token });
    expect(json).toMatchObject({ status: 'past_due', reason: 'insufficient_funds' });
    const declined = (await pageOf(user)).data.find(({ status }) => status === 'failed');
    expect(declined).toMatchObject({
      ...{ reason: 'insufficient_funds', failure_reason: 'insufficient_funds' },
      why: { period_start: null, period_end: null },
    });
  });

  test('shows the refund of a page that was paid after all, and when it should arrive', async () => {
    const user = await newUserWhoPaysAfterCancel(api);
    const [payment] = (await pageOf(user)).data;
    expect(payment).toMatchObject({
      ...{ status: 'refunded', reason: 'canceled', failure_reason: null, refunded_minor: 29_900 },
      refunds: [{ status: 'succeeded', amount: { amount_minor: 29_900 }, expected_by: expect.any(String) }],
      why: { period_start: null },
    });
  });

  test('is read page by page to its end, and each payment once', async () => {
    const user = await newSubscriber();
    await user.post('/api/v1/subscriptions/cancel', { mode: 'immediate' });
    await user.buy({ tariff_id: tariffIds.day });
    await api.system.payPage(user.id);
    const all = (await pageOf(user)).data.map(({ id }) => id);
    expect(all).toHaveLength(2);
    const first = await pageOf(user, '?limit=1');
    expect(first).toMatchObject({ has_more: true, data: [{ id: all[0] }] });
    const second = await pageOf(user, `?limit=1&after=${first.next}`);
    expect(second).toMatchObject({ has_more: false, next: null, data: [{ id: all[1] }] });
    const stranger = await newSubscriber();
    expect((await pageOf(stranger, `?after=${first.next}`)).data.map(({ id }) => id)).not.toContain(all[1]);
    for (const query of ['?after=x', '?after=1~', '?after=1~a&after=2~b', '?limit=101']) {
      expect([query, (await user.get(path + query)).status]).toEqual([query, 422]);
    }
  });
});
