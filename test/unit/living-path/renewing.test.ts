import { describe, expect, test } from '@jest/globals';
import { dayMs, hourMs, minuteMs, toIso } from '../../../src/domain/instant.ts';
import { houseWithActive } from '../../support/house.ts';

const user = '11111111-1111-4111-8111-111111111111';

const types = (events: readonly { type: string }[]) => events.map((event) => event.type);

describe('renewing', () => {
  test('charges the saved method at the end of the period, and the periods tile', async () => {
    const house = await houseWithActive(user);
    await house.pass(28 * dayMs + hourMs, 6 * hourMs);
    const { subscription } = await house.state(user);
    expect(
      subscription?.status === 'active' && [
        subscription.term.periodIndex,
        toIso(subscription.term.periodStart),
        toIso(subscription.term.periodEnd),
      ],
    ).toEqual([1, '2026-02-28T09:00:00.000Z', '2026-03-31T09:00:00.000Z']);
    expect(house.provider.sends().map((send) => send.order.kind)).toEqual(['checkout', 'charge']);
  });

  test('a declined renewal is past due with grace, retried on the ladder and recovered on the original boundary', async () => {
    const house = await houseWithActive(user);
    const method = (await house.state(user)).methods[0]?.id ?? '';
    house.provider.setMethod(method, { next: 'insufficient_funds', always: 'succeeded' });
    await house.pass(28 * dayMs, 6 * hourMs);
    expect((await house.state(user)).subscription?.status).toBe('past_due');
    expect((await house.state(user)).entitlement?.active).toBe(true);
    await house.pass(2 * dayMs, hourMs);
    const { subscription } = await house.state(user);
    expect(subscription?.status === 'active' && toIso(subscription.term.periodEnd)).toBe('2026-03-31T09:00:00.000Z');
    expect(types(house.facts(user))).toContain('subscription.past_due');
    const renewed = house.facts(user).find((event) => event.type === 'subscription.renewed');
    expect(renewed).toMatchObject({ recovered: true, attemptNo: 2 });
  });

  test('the ladder is walked to its end, access closes after grace, and the subscription expires exhausted', async () => {
    const house = await houseWithActive(user);
    const method = (await house.state(user)).methods[0]?.id ?? '';
    house.provider.setMethod(method, { always: 'insufficient_funds' });
    await house.pass(28 * dayMs + 4 * dayMs, 6 * hourMs);
    expect((await house.state(user)).subscription?.status).toBe('past_due');
    expect((await house.state(user)).entitlement?.active).toBe(false);
    await house.pass(20 * dayMs, 6 * hourMs);
    expect((await house.state(user)).subscription).toMatchObject({ status: 'expired', cause: 'dunning_exhausted' });
    const charges = house.provider.sends().filter((send) => send.order.kind === 'charge');
    expect(charges).toHaveLength(7);
    expect(new Set(charges.map((send) => send.idempotenceKey)).size).toBe(7);
  });

  test('a hard decline stops at once; a new card on a page recovers after the gap with a new anchor', async () => {
    const house = await houseWithActive(user);
    const method = (await house.state(user)).methods[0]?.id ?? '';
    house.provider.setMethod(method, { always: 'insufficient_funds' });
    await house.pass(33 * dayMs, 6 * hourMs);
    expect((await house.state(user)).entitlement?.active).toBe(false);
    await house.pay(user);
    expect((await house.state(user)).payment).toMatchObject({ kind: 'checkout', periodKey: 'period:1' });
    const paidAt = house.clock.now();
    await house.payPage(user);
    const { subscription } = await house.state(user);
    expect(subscription?.status === 'active' && subscription.term).toMatchObject({
      periodIndex: 1,
      anchor: paidAt,
      anchorIndex: 1,
      periodStart: paidAt,
    });
  });

  test('a hard decline makes no further attempt and ends when grace is over', async () => {
    const house = await houseWithActive(user);
    const method = (await house.state(user)).methods[0]?.id ?? '';
    house.provider.setMethod(method, { always: 'card_expired' });
    await house.pass(32 * dayMs, 6 * hourMs);
    expect((await house.state(user)).subscription).toMatchObject({ status: 'expired', cause: 'hard_declined' });
    expect(house.provider.sends().filter((send) => send.order.kind === 'charge')).toHaveLength(1);
  });
});

describe('unknown outcomes', () => {
  test('a charge whose answer was lost is repeated with the same key and bytes, and charged once', async () => {
    const house = await houseWithActive(user);
    house.provider.script('lost');
    await house.pass(28 * dayMs, 6 * hourMs);
    expect((await house.state(user)).payment?.state).toBe('unknown');
    await house.pass(5 * minuteMs, 10_000);
    expect((await house.state(user)).subscription).toMatchObject({ status: 'active', term: { periodIndex: 1 } });
    const charges = house.provider.sends().filter((send) => send.order.kind === 'charge');
    expect(new Set(charges.map((send) => send.idempotenceKey)).size).toBe(1);
    expect(house.provider.entries().filter((entry) => entry.order.kind === 'charge')).toHaveLength(1);
  });

  test('nothing expires while a charge is unknown, and no key is sent 23 h after its first send', async () => {
    const house = await houseWithActive(user);
    house.provider.script(...Array.from({ length: 40 }, () => 'not_done' as const));
    await house.pass(28 * dayMs, 6 * hourMs);
    await house.pass(2 * dayMs, 10 * minuteMs);
    const charges = house.provider.sends().filter((send) => send.order.kind === 'charge');
    expect(charges.length).toBeGreaterThan(20);
    for (const sends of Map.groupBy(charges, (send) => send.idempotenceKey).values()) {
      const times = sends.map((send) => send.at);
      expect(Math.max(...times) - Math.min(...times)).toBeLessThan(23 * hourMs);
    }
    expect((await house.state(user)).entitlement?.active).toBe(true);
  });

  test('a charge proved absent after its key has died is aborted and tried anew with another key', async () => {
    const house = await houseWithActive(user);
    house.provider.script(...Array.from({ length: 28 }, () => 'not_done' as const));
    await house.pass(28 * dayMs, 6 * hourMs);
    await house.pass(3 * dayMs, 10 * minuteMs);
    const keys = new Set(
      house.provider
        .sends()
        .filter((send) => send.order.kind === 'charge')
        .map((send) => send.idempotenceKey),
    );
    expect(keys.size).toBe(2);
    expect((await house.state(user)).subscription).toMatchObject({ status: 'active', term: { periodIndex: 1 } });
    expect(house.provider.entries().filter((entry) => entry.order.kind === 'charge')).toHaveLength(1);
  });
});

describe('a renewal that the bank takes its time over', () => {
  const pendingRenewal = async () => {
    const house = await houseWithActive(user);
    house.provider.setMethod((await house.state(user)).methods[0]?.id ?? '', { next: 'pending' });
    await house.pass(30 * dayMs, 6 * hourMs);
    return { house, charge: house.provider.entries().at(-1)?.object.id ?? '' };
  };

  test('is not charged again, and grace keeps the access', async () => {
    const { house } = await pendingRenewal();
    const state = await house.state(user);
    expect([state.payment?.state, state.subscription?.status]).toEqual(['pending', 'active']);
    expect(state.entitlement).toMatchObject({ active: true });
    expect(house.provider.sends().map((send) => send.order.kind)).toEqual(['checkout', 'charge']);
    expect(types(house.facts(user))).not.toContain('subscription.renewed');
  });

  test.each(['poll', 'notification'])('is renewed on the original boundary by a %s', async (via) => {
    const { house, charge } = await pendingRenewal();
    house.provider.finish(charge, 'succeeded');
    if (via === 'poll') await house.pass(dayMs, hourMs);
    else await house.hint('payment', charge);
    const { subscription } = await house.state(user);
    expect(subscription?.status === 'active' && toIso(subscription.term.periodEnd)).toBe('2026-03-31T09:00:00.000Z');
    expect(house.facts(user).filter(({ type }) => type === 'subscription.renewed')).toHaveLength(1);
    expect(house.provider.entries().filter((entry) => entry.order.kind === 'charge')).toHaveLength(1);
  });
});

describe('a provider that contradicts the order', () => {
  test('holds the subscription, and no timer charges it', async () => {
    const house = await houseWithActive(user);
    house.provider.script('lost');
    await house.pass(28 * dayMs, 6 * hourMs);
    const charge = house.provider.entries().at(-1)?.object.id ?? '';
    house.provider.alter(charge, { amount: { amountMinor: 1, currency: 'RUB' } });
    await house.pass(2 * dayMs, hourMs);
    const state = await house.state(user);
    expect(state.subscription).toMatchObject({
      status: 'active',
      held: { reason: expect.stringContaining('another amount') },
    });
    expect(state.entitlement?.active).toBe(true);
    expect(types(house.facts(user))).toContain('invariant.violated');
  });
});
