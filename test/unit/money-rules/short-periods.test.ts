import { describe, expect, test } from '@jest/globals';
import { dayMs, hourMs, minuteMs } from '../../../src/domain/model/instant.ts';
import { yookassaNumbers } from '../../../src/adapters/yookassa/numbers.ts';
import { ownReasons } from '../../../src/domain/model/decline-table.ts';
import type { PeriodLength } from '../../../src/domain/model/tariff.ts';
import { nextDue } from '../../../src/domain/timers/next-due.ts';
import { createSystemWithActive, type TestSystem, tariffs } from '../../support/test-system.ts';
import { createPaidDays, user } from './paid-days-world.ts';

const daily = { tariffId: tariffs.day.id };
const isActive = async (system: TestSystem): Promise<boolean> =>
  (await system.state(user)).entitlement?.active === true;
const decline = async (system: TestSystem, reason: string): Promise<void> =>
  system.provider.setMethod((await system.state(user)).methods[0]?.id ?? '', { always: reason });

describe('grace', () => {
  test('lasts no longer than the period that is not paid', async () => {
    const system = await createSystemWithActive(user, daily);
    const start = system.clock.now();
    await decline(system, 'insufficient_funds');
    await system.pass(2 * dayMs - minuteMs, minuteMs * 30);
    expect((await system.state(user)).subscription).toMatchObject({
      status: 'past_due',
      graceUntil: start + 2 * dayMs,
    });
    expect(await isActive(system)).toBe(true);
    await system.pass(hourMs);
    expect(await isActive(system)).toBe(false);
  });

  test('that an earlier version had published stays, and the next period has the shorter one', async () => {
    const system = await createSystemWithActive(user, daily);
    const stored = await system.services.store.load(user);
    if (stored?.subscriber.subscription?.status !== 'active') throw new Error('the subscription is not active');
    const { subscriber, version } = stored;
    const { subscription } = stored.subscriber;
    const { graceUntil, ...term } = subscription.term;
    expect(graceUntil).toBe(term.periodEnd + dayMs);
    const published = term.periodEnd + 3 * dayMs;
    const entitlement = { ...subscriber.entitlement!, validUntil: published };
    const earlier = { ...subscriber, subscription: { ...subscription, term }, entitlement };
    const announce = nextDue(earlier, system.services.policy);
    const save = { subscriber: earlier, expectedVersion: version, saveId: 'earlier', announce, entry: null };
    expect(await system.services.store.save(save)).toBe('saved');
    await decline(system, 'issuer_unavailable');
    const from = system.facts(user).length;
    await system.pass(dayMs + minuteMs);
    const ends = system
      .facts(user)
      .slice(from)
      .filter(({ type }) => type === 'entitlement.changed');
    expect(ends.map((fact) => Date.parse(String(fact['validUntil'])))).toEqual([published]);
    await decline(system, 'succeeded');
    await system.pass(hourMs);
    expect((await system.state(user)).entitlement?.validUntil).toBe(term.periodEnd + 2 * dayMs);
  });
});

const lengths: readonly PeriodLength[] = [
  { count: 1, unit: 'day' },
  { count: 7, unit: 'day' },
  { count: 10, unit: 'day' },
  { count: 1, unit: 'month' },
];

describe.each(lengths)('dunning of a period of $count $unit', (period) => {
  test.each(Object.keys({ ...ownReasons, ...yookassaNumbers.declineClasses }))(
    'ends with the period, or after 7 days: %s',
    async (reason) => {
      const days = createPaidDays(Date.parse('2026-03-31T09:00:00Z'), 'Europe/Moscow', period);
      await days.buy();
      days.finish('succeeded', 0);
      await days.pass(hourMs);
      const dueAt = days.boundary();
      await days.setCard({ always: reason });
      await days.pass(dueAt + 40 * dayMs - days.system.clock.now());
      const attempts = days.system.provider.sends().filter(({ order }) => order.kind === 'charge');
      expect(attempts.length).toBeGreaterThan(0);
      const last = Math.max(...attempts.map(({ at }) => at));
      expect(last - dueAt).toBeLessThanOrEqual(Math.max(7 * dayMs, days.boundary(1) - dueAt));
      expect((await days.system.state(user)).subscription?.status).toBe('expired');
    },
  );
});

describe('a cancel that was accepted before a recovery and is handled after it', () => {
  test.each([1, 2])('takes back %i renewals on anchors of their own, and their facts agree', async (renewals) => {
    const system = await createSystemWithActive(user, daily);
    const first = (await system.state(user)).subscription;
    const cancel = system.cancelCommand(user, 'period_end', system.clock.now() + hourMs);
    for (let renewal = 0; renewal < renewals; renewal += 1) {
      system.clock.advance(5 * dayMs);
      await system.runDue();
    }
    expect((await system.state(user)).subscription).toMatchObject({
      term: { periodIndex: renewals, anchorIndex: renewals, periodStart: system.clock.now() },
    });
    await system.deliver(cancel);
    await system.pass(hourMs);
    const { subscription, captures, entitlement } = await system.state(user);
    expect(captures.slice(1).every(({ refundedMinor, capturedMinor }) => refundedMinor === capturedMinor)).toBe(true);
    expect(captures).toHaveLength(renewals + 1);
    expect(entitlement?.active).toBe(false);
    // Of several renewals the first term is not known any more, so the subscription ends at once.
    const known = renewals === 1;
    expect(subscription).toMatchObject({ status: known ? 'expired' : 'canceled', cause: 'user_canceled' });
    if (known) expect(subscription).toMatchObject({ term: first !== null && 'term' in first ? first.term : null });
  });
});
