import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { Shop } from '../../src/application/ports/shop.ts';
import { type Api, startApi, tariffIds } from './support/api.ts';
import { codeOf } from './support/asking.ts';

const shop: Shop = {
  ...{ paySystem: 'yookassa', accountId: '100500', isEnabled: true, isTest: true, makesReceipts: false },
  paymentMethods: ['bank_card', 'sbp'],
};

let api: Api;
beforeEach(async () => {
  api = await startApi();
});
afterEach(() => api.close());

const listed = async () => (await api.ask('GET', '/api/v1/pay-systems')).json;

describe('the list of pay systems', () => {
  it('is the configured one until the provider has described the shop', async () => {
    expect(await listed()).toEqual([expect.objectContaining({ alias: 'yookassa', json_data: {} })]);
  });

  it('has the methods that the shop takes', async () => {
    api.setShop(shop);
    expect(await listed()).toEqual([
      expect.objectContaining({ alias: 'yookassa', json_data: { payment_methods: ['bank_card', 'sbp'] } }),
    ]);
    api.setShop({ ...shop, paymentMethods: ['bank_card'] });
    expect(await listed()).toMatchObject([{ json_data: { payment_methods: ['bank_card'] } }]);
    api.setShop({ ...shop, paymentMethods: null });
    expect(await listed()).toMatchObject([{ json_data: {} }]);
  });

  it.each([
    ['takes nothing', { paymentMethods: [] }],
    ['is disabled', { isEnabled: false }],
  ])('hides the pay system of a shop that %s, and the saved methods stay', async (_name, change) => {
    const user = await api.newUser();
    await user.buy();
    await api.system.payPage(user.id);
    api.setShop({ ...shop, ...change });
    expect(await listed()).toEqual([]);
    expect((await user.get('/api/v1/account')).json).toMatchObject({ payment_methods: [{ usable: true }] });
  });

  it('sells nothing by a pay system that it hides, and the preview says so', async () => {
    const user = await api.newUser();
    api.setShop({ ...shop, isEnabled: false });
    expect([codeOf(await user.buy()), api.published]).toEqual(['3004', []]);
    const offer = { command: 'subscription.pay', pay_system: 'yookassa', tariff_id: tariffIds.day, renew: true };
    const preview = async () => (await user.post('/api/v1/preview', offer)).json;
    expect(await preview()).toMatchObject({ allowed: false, reason: 'pay_system_not_found' });
    api.setShop(shop);
    expect(await preview()).toMatchObject({ allowed: true });
    expect((await user.buy()).json).toMatchObject({ redirect_url: expect.any(String) });
  });

  it('says nothing about pay systems of other providers', async () => {
    api.setShop({ ...shop, paySystem: 'another', isEnabled: false });
    expect(await listed()).toHaveLength(1);
  });
});
