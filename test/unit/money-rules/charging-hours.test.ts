import { describe, expect, test } from '@jest/globals';
import { dayMs, hourMs, minuteMs, toIso } from '../../../src/domain/model/instant.ts';
import { createTestSystem, home, noon, tariffs, type TestSystem } from '../../support/test-system.ts';

const user = '11111111-1111-4111-8111-111111111111';
/** The first purchase is at noon in Moscow, 9:00 UTC. */
const mornings = { chargingHours: { fromMinutes: 14 * 60, untilMinutes: 20 * 60 } };

async function bought(tariffId: string = tariffs.month.id): Promise<TestSystem> {
  const system = createTestSystem({ ...home, settings: mornings });
  await system.pay(user, { tariffId });
  await system.payPage(user);
  return system;
}

const chargedAt = (system: TestSystem): readonly string[] =>
  system
    .facts(user)
    .flatMap((fact) =>
      fact.type === 'payment.created' ? [fact['payment'] as { kind: string; createdAt: string }] : [],
    )
    .flatMap(({ kind, createdAt }) => (kind === 'charge' ? [createdAt] : []));

describe('outside of the charging hours', () => {
  test('a renewal waits for the first instant of the window; access runs on, and the boundary stays', async () => {
    const system = await bought();
    await system.pass(28 * dayMs + hourMs);
    expect(chargedAt(system)).toEqual([]);
    expect((await system.state(user)).entitlement?.active).toBe(true);
    await system.pass(2 * hourMs);
    expect(chargedAt(system)).toEqual(['2026-02-28T11:00:00.000Z']);
    const { subscription } = await system.state(user);
    expect(subscription?.status === 'active' && toIso(subscription.term.periodStart)).toBe('2026-02-28T09:00:00.000Z');
  });

  test('its notice says when it is charged, 72 h before its boundary', async () => {
    const system = await bought();
    await system.pass(25 * dayMs);
    const notice = system.facts(user).find(({ type }) => type === 'notice.renewal_upcoming');
    expect(notice).toMatchObject({ chargeAt: '2026-02-28T11:00:00.000Z' });
  });

  test('each step of the ladder waits, too', async () => {
    const system = await bought();
    const method = (await system.state(user)).methods[0]?.id ?? '';
    system.provider.setMethod(method, { always: 'issuer_unavailable' });
    await system.pass(35 * dayMs, 15 * minuteMs);
    const hours = chargedAt(system).map((at) => Number(at.slice(11, 13)));
    expect(hours.length).toBeGreaterThan(4);
    expect(hours.filter((hour) => hour < 11 || hour >= 17)).toEqual([]);
  });

  test('days of a daily tariff keep their boundary, and each is charged once', async () => {
    const system = createTestSystem({
      ...home,
      settings: { chargingHours: { fromMinutes: 9 * 60, untilMinutes: 11 * 60 } },
    });
    await system.pay(user, { tariffId: tariffs.day.id });
    await system.payPage(user);
    await system.pass(4 * dayMs);
    expect(chargedAt(system)).toEqual([2, 3, 4].map((day) => toIso(noon + (day - 1) * dayMs + 21 * hourMs)));
    const { subscription, entitlement } = await system.state(user);
    expect(subscription?.status === 'active' && subscription.term.periodStart).toBe(noon + 3 * dayMs);
    expect(entitlement?.active).toBe(true);
  });

  test('what the subscriber asks for is charged at once', async () => {
    const system = await bought();
    const method = (await system.state(user)).methods[0]?.id ?? '';
    system.provider.setMethod(method, { next: 'insufficient_funds', always: 'succeeded' });
    await system.pass(28 * dayMs + 12 * hourMs);
    expect((await system.state(user)).subscription?.status).toBe('past_due');
    await system.order(user, { type: 'payment.retry' });
    expect(chargedAt(system).at(-1)).toBe('2026-02-28T21:00:00.000Z');
    expect((await system.state(user)).subscription?.status).toBe('active');
  });

  test('a renewal that was missed in an outage waits for the next window', async () => {
    const system = await bought();
    system.clock.set(Date.parse('2026-02-28T18:00:00.000Z'));
    await system.runDue().catch(() => []);
    expect(chargedAt(system)).toEqual([]);
  });
});
