import { describe, expect, test } from '@jest/globals';
import { dayMs, hourMs } from '../../../src/domain/model/instant.ts';
import { createSystemWithActive } from '../../support/test-system.ts';

const user = '11111111-1111-4111-8111-111111111111';

describe('a refund whose object at the provider has another amount', () => {
  test('is alerted to once with both amounts, holds the subscription, and is never sent again', async () => {
    const system = await createSystemWithActive(user);
    const paymentId = (await system.state(user)).captures[0]?.paymentId ?? '';
    system.provider.script('lost');
    const order = { type: 'payment.refund', amountMinor: 10_000, revokeAccess: false, cause: 'complaint' } as const;
    await system.staff(user, { ...order, paymentId });
    const refunds = () => system.provider.entries().filter(({ object }) => object.object === 'refund');
    const actual = { amountMinor: 10_100, currency: 'RUB' };
    system.provider.alter(refunds()[0]?.object.id ?? '', { amount: actual });
    await system.pass(3 * dayMs, hourMs);
    expect(refunds()).toHaveLength(1);
    const state = await system.state(user);
    expect(state.refunds).toMatchObject([{ state: 'unknown', amount: { amountMinor: 10_000 } }]);
    expect(state.subscription).toMatchObject({ held: { reason: 'provider_mismatch: another amount' } });
    const alarms = system.facts(user).filter(({ type }) => type === 'invariant.violated');
    expect(alarms).toMatchObject([
      { rule: 'provider_mismatch', expected: { amountMinor: 10_000, currency: 'RUB' }, actual },
    ]);
  });
});
