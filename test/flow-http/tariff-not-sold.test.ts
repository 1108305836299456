import { describe, expect, test } from '@jest/globals';
import type { Catalogue } from '../../src/application/ports/catalogue.ts';
import { createMemoryCatalogue } from '../fakes/catalogue.ts';
import { tariffs } from '../support/test-system.ts';
import { startApi } from './support/api.ts';

type Json = Readonly<Record<string, unknown>>;

const id = '4b0bb2a5-3c36-4b7a-9d0e-1f4f6a7c8d01';
const payPath = '/api/v1/subscriptions/yookassa/buy';

describe('a tariff that is sold no more', () => {
  test('is paid for by its own subscriber, and unknown to any other', async () => {
    const paySystem = { id: 'p', name: 'ЮКасса', alias: 'yookassa', currencyCode: 'RUB', data: {} };
    let sold = createMemoryCatalogue([{ ...tariffs.month, id }], [paySystem]);
    const catalogue: Catalogue = {
      listTariffs: () => sold.listTariffs(),
      findTariff: (wanted) => sold.findTariff(wanted),
      listPaySystems: () => sold.listPaySystems(),
      findPaySystem: (alias) => sold.findPaySystem(alias),
    };
    const api = await startApi({ catalogue });
    try {
      const user = await api.newUser();
      const buy = () => user.post(payPath, { tariff_id: id, renew: false }, { Accept: 'application/json' });
      await buy();
      await api.system.payPage(user.id);
      sold = createMemoryCatalogue([], [paySystem]);

      const pay = { command: 'subscription.pay', pay_system: 'yookassa', tariff_id: id, renew: false };
      expect((await user.post('/api/v1/preview', pay)).json).toMatchObject({ allowed: true, charge: { by: 'page' } });
      const { actions } = (await user.get('/api/v1/account')).json as { actions: readonly Json[] };
      expect(actions).toContainEqual(expect.objectContaining({ command: 'subscription.pay', allowed: true }));
      expect((await buy()).json).toMatchObject({ command: { status: 'requires_action' } });
      expect((await api.system.state(user.id)).payment).toMatchObject({ purchase: null, periodKey: 'period:1' });

      const published = api.published.length;
      const another = await api.newUser();
      const refused = await another.buy();
      expect([refused.status, refused.json]).toMatchObject([404, { reason: 'tariff_not_found' }]);
      expect(api.published).toHaveLength(published);

      // Its former subscriber is refused by the consumer, in the same words.
      await user.post('/api/v1/subscriptions/cancel', { mode: 'immediate' });
      const ended = await buy();
      expect([ended.status, ended.json]).toEqual([404, refused.json]);
    } finally {
      await api.close();
    }
  });
});
