import { describe, expect, test } from '@jest/globals';
import { createTestSystem, home, tariffs } from '../../support/test-system.ts';

const user = '11111111-1111-4111-8111-111111111111';
const limits = { streams: 4, maxHeight: 2160 };

describe('the limits of a tariff', () => {
  test('are pinned at the purchase, and published with access while it lasts', async () => {
    const sold = [{ ...tariffs.month, limits }];
    const system = createTestSystem({ ...home, sold });
    await system.pay(user);
    await system.payPage(user);
    sold[0] = { ...tariffs.month, limits: { ...limits, streams: 1 } };
    expect((await system.state(user)).subscription?.tariff.limits).toEqual(limits);
    const access = () => system.facts(user).findLast(({ type }) => type === 'entitlement.changed');
    expect(access()).toMatchObject({ active: true, limits });
    await system.cancel(user, 'immediate');
    expect(access()).toMatchObject({ active: false });
    expect(access()).not.toHaveProperty('limits');
  });

  test('are absent where the tariff has none', async () => {
    const system = createTestSystem();
    await system.pay(user);
    await system.payPage(user);
    expect((await system.state(user)).entitlement).not.toHaveProperty('limits');
  });

  test('that have changed are another access', async () => {
    const system = createTestSystem({ ...home, sold: [tariffs.month, { ...tariffs.year, limits }] });
    await system.pay(user);
    await system.payPage(user);
    await system.cancel(user, 'immediate');
    await system.pay(user, { tariffId: tariffs.year.id });
    await system.payPage(user);
    expect((await system.state(user)).entitlement).toMatchObject({ limits });
  });
});
