import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { dayMs, hourMs } from '../../src/domain/model/instant.ts';
import { type Api, startApi, tariffIds } from './support/api.ts';

let api: Api;
beforeAll(async () => {
  api = await startApi({ settings: { termsRequired: true } });
});
afterAll(() => api.close());

type Json = Readonly<Record<string, unknown>>;
const buyPath = '/api/v1/subscriptions/yookassa/buy';

/** Asks with a token of its own: time passes here, and a token lasts a day. */
async function asked(userId: string, method: string, path: string, body?: Json) {
  const token = await api.tokenOf(userId);
  const { status, json } = await api.ask(method, path, { token, body, headers: { Accept: 'application/json' } });
  return { status, json: json as Json };
}

const price = { amount_minor: 29_900, currency: 'RUB' };
const termsOf = (firstChargeAt: unknown) => ({
  ...{ version: '1', locale: 'en' },
  shown: {
    ...{ first_amount: price, first_charge_at: firstChargeAt, then_amount: price },
    ...{ period: { count: 1, unit: 'month' }, cancel_how: 'in your account' },
  },
});

async function purchaseOf(userId: string): Promise<Json> {
  const { json } = await asked(userId, 'GET', '/api/v1/account');
  return { tariff_id: tariffIds.month, renew: true, terms: termsOf(json['now']) };
}

async function newSubscriber(): Promise<string> {
  const { id } = await api.newUser();
  expect((await asked(id, 'POST', buyPath, await purchaseOf(id))).status).toBe(200);
  await api.system.payPage(id);
  return id;
}

async function newPastDue(): Promise<string> {
  const userId = await newSubscriber();
  const methodId = (await api.system.state(userId)).methods[0]?.id ?? '';
  api.system.provider.setMethod(methodId, { always: 'insufficient_funds' });
  const { json } = await asked(userId, 'GET', '/api/v1/subscriptions/profile');
  await api.system.pass(Date.parse(String(json['period_end'])) + hourMs - api.system.clock.now(), 6 * hourMs);
  return userId;
}

async function undoneChargeAt(userId: string): Promise<unknown> {
  const { json } = await asked(userId, 'GET', '/api/v1/account');
  return (json['pending'] as Record<'cancel', Json | null>).cancel?.['undone_charge_at'];
}

describe('where terms are demanded, the account says what they must show', () => {
  test.each([
    ['while the period is paid', newSubscriber],
    ['while a charge is due', newPastDue],
  ])('%s', async (_when, make) => {
    const userId = await make();
    await asked(userId, 'POST', '/api/v1/subscriptions/cancel');
    const uncancel = (body?: Json) => asked(userId, 'POST', '/api/v1/subscriptions/uncancel', body);
    expect(await uncancel()).toMatchObject({ status: 422, json: { code: '4053' } });
    const terms = termsOf(await undoneChargeAt(userId));
    expect(await uncancel({ terms })).toMatchObject({ status: 200 });
    const { json } = await asked(userId, 'GET', '/api/v1/account');
    expect(json).toMatchObject({
      pending: { cancel: null },
      next_charge: { at: terms.shown.first_charge_at },
      subscription: { consent: { shown: terms.shown } },
    });
  });

  test('and nothing where it is too late for that', async () => {
    const userId = await newSubscriber();
    await asked(userId, 'POST', '/api/v1/subscriptions/cancel');
    api.system.clock.advance(31 * dayMs);
    expect(await undoneChargeAt(userId)).toBeNull();
  });
});

test('where terms are demanded, the due period is paid on a page under them', async () => {
  const userId = await newPastDue();
  const { terms, ...without } = await purchaseOf(userId);
  expect(await asked(userId, 'POST', buyPath, without)).toMatchObject({ status: 422, json: { code: '4053' } });
  expect(await asked(userId, 'POST', buyPath, { ...without, terms })).toMatchObject({ status: 200 });
});
