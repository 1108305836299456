import { describe, expect, test } from '@jest/globals';
import { dayMs, hourMs, minuteMs, toIso } from '../../../src/domain/model/instant.ts';
import { createSystemWithActive } from '../../support/test-system.ts';

const user = '11111111-1111-4111-8111-111111111111';

const types = (events: readonly { type: string }[]) => events.map((event) => event.type);

describe('renewing', () => {
  test('charges the saved method at the end of the period, and the periods tile', async () => {
    const system = await createSystemWithActive(user);
    await system.pass(28 * dayMs + hourMs, 6 * hourMs);
    const { subscription } = await system.state(user);
    expect(
      subscription?.status === 'active' && [
        subscription.term.periodIndex,
        toIso(subscription.term.periodStart),
        toIso(subscription.term.periodEnd),
      ],
    ).toEqual([1, '2026-02-28T09:00:00.000Z', '2026-03-31T09:00:00.000Z']);
    expect(system.provider.sends().map((send) => send.order.kind)).toEqual(['checkout', 'charge']);
  });

  test('a declined renewal is past due with grace, retried on the ladder and recovered on the original boundary', async () => {
    const system = await createSystemWithActive(user);
    const method = (await system.state(user)).methods[0]?.id ?? '';
    system.provider.setMethod(method, { next: 'insufficient_funds', always: 'succeeded' });
    await system.pass(28 * dayMs, 6 * hourMs);
    expect((await system.state(user)).subscription?.status).toBe('past_due');
    expect((await system.state(user)).entitlement?.active).toBe(true);
    await system.pass(2 * dayMs, hourMs);
    const { subscription } = await system.state(user);
    expect(subscription?.status === 'active' && toIso(subscription.term.periodEnd)).toBe('2026-03-31T09:00:00.000Z');
    expect(types(system.facts(user))).toContain('subscription.past_due');
    const renewed = system.facts(user).find((event) => event.type === 'subscription.renewed');
    expect(renewed).toMatchObject({ recovered: true, attemptNo: 2 });
  });

  test('the ladder is tried to its end, access closes after grace, and the subscription expires exhausted', async () => {
    const system = await createSystemWithActive(user);
    const method = (await system.state(user)).methods[0]?.id ?? '';
    system.provider.setMethod(method, { always: 'insufficient_funds' });
    await system.pass(28 * dayMs + 4 * dayMs, 6 * hourMs);
    expect((await system.state(user)).subscription?.status).toBe('past_due');
    expect((await system.state(user)).entitlement?.active).toBe(false);
    await system.pass(20 * dayMs, 6 * hourMs);
    expect((await system.state(user)).subscription).toMatchObject({ status: 'expired', cause: 'dunning_exhausted' });
    const charges = system.provider.sends().filter((send) => send.order.kind === 'charge');
    expect(charges).toHaveLength(7);
    expect(new Set(charges.map((send) => send.idempotenceKey)).size).toBe(7);
  });

  test('a hard decline stops at once; a new card on a page recovers after the gap with a new anchor', async () => {
    const system = await createSystemWithActive(user);
    const method = (await system.state(user)).methods[0]?.id ?? '';
    system.provider.setMethod(method, { always: 'insufficient_funds' });
    await system.pass(33 * dayMs, 6 * hourMs);
    expect((await system.state(user)).entitlement?.active).toBe(false);
    await system.pay(user);
    expect((await system.state(user)).payment).toMatchObject({ kind: 'checkout', periodKey: 'period:1' });
    const paidAt = system.clock.now();
    await system.payPage(user);
    const { subscription } = await system.state(user);
    expect(subscription?.status === 'active' && subscription.term).toMatchObject({
      periodIndex: 1,
      anchor: paidAt,
      anchorIndex: 1,
      periodStart: paidAt,
    });
  });

  test('a hard decline makes no further attempt and ends when grace is over', async () => {
    const system = await createSystemWithActive(user);
    const method = (await system.state(user)).methods[0]?.id ?? '';
    system.provider.setMethod(method, { always: 'card_expired' });
    await system.pass(32 * dayMs, 6 * hourMs);
    expect((await system.state(user)).subscription).toMatchObject({ status: 'expired', cause: 'hard_declined' });
    expect(system.provider.sends().filter((send) => send.order.kind === 'charge')).toHaveLength(1);
  });
});

describe('unknown outcomes', () => {
  test('a charge whose answer was lost is repeated with the same key and bytes, and charged once', async () => {
    const system = await createSystemWithActive(user);
    system.provider.script('lost');
    await system.pass(28 * dayMs, 6 * hourMs);
    expect((await system.state(user)).payment?.state).toBe('unknown');
    await system.pass(5 * minuteMs, 10_000);
    expect((await system.state(user)).subscription).toMatchObject({ status: 'active', term: { periodIndex: 1 } });
    const charges = system.provider.sends().filter((send) => send.order.kind === 'charge');
    expect(new Set(charges.map((send) => send.idempotenceKey)).size).toBe(1);
    expect(system.provider.entries().filter((entry) => entry.order.kind === 'charge')).toHaveLength(1);
  });

  test('no subscription expires while a charge is unknown, and no key is sent 23 h after its first send', async () => {
    const system = await createSystemWithActive(user);
    system.provider.script(...Array.from({ length: 40 }, () => 'not_done' as const));
    await system.pass(28 * dayMs, 6 * hourMs);
    await system.pass(2 * dayMs, 10 * minuteMs);
    const charges = system.provider.sends().filter((send) => send.order.kind === 'charge');
    expect(charges.length).toBeGreaterThan(20);
    for (const sends of Map.groupBy(charges, (send) => send.idempotenceKey).values()) {
      const times = sends.map((send) => send.at);
      expect(Math.max(...times) - Math.min(...times)).toBeLessThan(23 * hourMs);
    }
    expect((await system.state(user)).entitlement?.active).toBe(true);
  });

  test('a charge proved absent after its key has expired is aborted and tried again with another key', async () => {
    const system = await createSystemWithActive(user);
    system.provider.script(...Array.from({ length: 28 }, () => 'not_done' as const));
    await system.pass(28 * dayMs, 6 * hourMs);
    await system.pass(3 * dayMs, 10 * minuteMs);
    const keys = new Set(
      system.provider
        .sends()
        .filter((send) => send.order.kind === 'charge')
        .map((send) => send.idempotenceKey),
    );
    expect(keys.size).toBe(2);
    expect((await system.state(user)).subscription).toMatchObject({ status: 'active', term: { periodIndex: 1 } });
    expect(system.provider.entries().filter((entry) => entry.order.kind === 'charge')).toHaveLength(1);
  });
});

describe('a renewal that the bank answers late', () => {
  const pendingRenewal = async () => {
    const system = await createSystemWithActive(user);
    system.provider.setMethod((await system.state(user)).methods[0]?.id ?? '', { next: 'pending' });
    await system.pass(30 * dayMs, 6 * hourMs);
    return { system, charge: system.provider.entries().at(-1)?.object.id ?? '' };
  };

  test('is not charged again, and grace keeps the access', async () => {
    const { system } = await pendingRenewal();
    const state = await system.state(user);
    expect([state.payment?.state, state.subscription?.status]).toEqual(['pending', 'active']);
    expect(state.entitlement).toMatchObject({ active: true });
    expect(system.provider.sends().map((send) => send.order.kind)).toEqual(['checkout', 'charge']);
    expect(types(system.facts(user))).not.toContain('subscription.renewed');
  });

  test.each(['poll', 'notification'])('is renewed on the original boundary by a %s', async (via) => {
    const { system, charge } = await pendingRenewal();
    system.provider.finish(charge, 'succeeded');
    if (via === 'poll') await system.pass(dayMs, hourMs);
    else await system.hint('payment', charge);
    const { subscription } = await system.state(user);
    expect(subscription?.status === 'active' && toIso(subscription.term.periodEnd)).toBe('2026-03-31T09:00:00.000Z');
    expect(system.facts(user).filter(({ type }) => type === 'subscription.renewed')).toHaveLength(1);
    expect(system.provider.entries().filter((entry) => entry.order.kind === 'charge')).toHaveLength(1);
  });
});

describe('a provider that contradicts the request', () => {
  test('causes a billing hold, and no timer charges the subscription', async () => {
    const system = await createSystemWithActive(user);
    system.provider.script('lost');
    await system.pass(28 * dayMs, 6 * hourMs);
    const charge = system.provider.entries().at(-1)?.object.id ?? '';
    system.provider.alter(charge, { amount: { amountMinor: 1, currency: 'RUB' } });
    await system.pass(2 * dayMs, hourMs);
    const state = await system.state(user);
    expect(state.subscription).toMatchObject({
      status: 'active',
      held: { reason: expect.stringContaining('another amount') },
    });
    expect(state.entitlement?.active).toBe(true);
    expect(types(system.facts(user))).toContain('invariant.violated');
  });
});
