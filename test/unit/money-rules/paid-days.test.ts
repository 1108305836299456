import { describe, expect, test } from '@jest/globals';
import { dayMs, hourMs, secondMs, toIso } from '../../../src/domain/model/instant.ts';
import { begin, bought, cells, type PaidDays, user } from './paid-days-world.ts';

const charges = (days: PaidDays): number =>
  days.system.provider.entries().filter(({ order, object }) => order.kind === 'charge' && object.status === 'succeeded')
    .length;

describe('a day is paid once, and only with access', () => {
  test('when a page is paid while the service is stopped for 60 h', async () => {
    const days = begin();
    await days.buy();
    days.finish('succeeded', 0);
    days.stop(60 * hourMs);
    await days.work();
    const back = days.system.clock.now();
    expect(days.paid).toMatchObject([{ from: back, end: back + dayMs }]);
    await days.pass(2 * dayMs + hourMs);
    expect(charges(days)).toBe(2);
    expect(days.paid.map(({ from }) => from)).toEqual([back, back + dayMs, back + 2 * dayMs]);
    days.check();
  });

  test('when a decline is recovered inside the grace: the next charge comes at the next boundary', async () => {
    const days = await bought();
    const boundary = days.boundary();
    await days.setCard({ next: 'issuer_unavailable', always: 'succeeded' });
    await days.pass(boundary + 2 * dayMs + hourMs - days.system.clock.now());
    expect(days.paid.map(({ from }) => from)).toEqual([
      boundary - dayMs,
      boundary,
      boundary + dayMs,
      boundary + 2 * dayMs,
    ]);
    days.check();
  });

  test('when a decline is recovered as the grace ends: the day of grace is not charged, and one charge is made', async () => {
    const days = await bought();
    const boundary = days.boundary();
    await days.setCard({ next: 'insufficient_funds', always: 'succeeded' });
    await days.pass(boundary + dayMs + 2 * hourMs - days.system.clock.now());
    const [, recovered, ...more] = days.paid;
    expect(more).toEqual([]);
    expect(recovered?.from).toBe(recovered?.grantedAt);
    await days.pass(3 * dayMs);
    days.check();
  });

  test('and whole periods that were over are written off, with their number in the fact', async () => {
    const days = await bought();
    days.stop(days.boundary(2) + hourMs - days.system.clock.now());
    await days.work();
    const renewed = days.system.facts(user).filter(({ type }) => type === 'subscription.renewed');
    expect(renewed).toMatchObject([{ skippedPeriods: 2 }]);
    expect(renewed[0]).toMatchObject({
      subscription: { term: { periodIndex: 1, periodStart: toIso(days.system.clock.now()) } },
    });
    days.check();
  });
});

describe('the boundary stays', () => {
  test('however many renewals are published some seconds late', async () => {
    const days = await bought();
    const first = days.boundary();
    for (let day = 0; day < 20; day += 1) {
      days.stop(days.boundary() + 3 * secondMs - days.system.clock.now());
      await days.work();
    }
    expect(days.paid.at(-1)?.from).toBe(first + 19 * dayMs);
    days.check();
  });

  test('while a charge is pending and access is extended in time, and moves where readers refused it for days', async () => {
    for (const isStopped of [false, true]) {
      const days = await bought(cells.find(({ period }) => period.unit === 'month'));
      const boundary = days.boundary();
      await days.setCard({ next: 'pending' });
      await days.pass(boundary + hourMs - days.system.clock.now());
      if (isStopped) days.stop(10 * dayMs);
      // The timer that extends access comes before the answer.
      await days.pass(10 * dayMs);
      days.finish('succeeded', 0);
      await days.pass(2 * dayMs);
      const renewed = days.paid.at(-1);
      expect(renewed?.from).toBe(isStopped ? renewed?.grantedAt : boundary);
      days.check();
    }
  });
});
