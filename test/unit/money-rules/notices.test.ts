import { describe, expect, test } from '@jest/globals';
import { handleTimer } from '../../../src/application/handlers/handle-timer.ts';
import { dayMs, hourMs, minuteMs, toIso } from '../../../src/domain/model/instant.ts';
import { nextDue } from '../../../src/domain/timers/next-due.ts';
import { createSystemWithActive, tariffs, type TestSystem } from '../../support/test-system.ts';

const user = '11111111-1111-4111-8111-111111111111';
const end = Date.parse('2026-02-28T09:00:00.000Z');

const notices = (system: TestSystem) => system.facts(user).filter(({ type }) => type.startsWith('notice.'));
const typesOf = (system: TestSystem) => notices(system).map(({ type }) => type);
const charges = (system: TestSystem) => system.provider.sends().filter(({ order }) => order.kind === 'charge');
const charged = (system: TestSystem) => charges(system).map(({ at }) => toIso(at));
const passUntil = (system: TestSystem, at: number, stepMs?: number) => system.pass(at - system.clock.now(), stepMs);
const decline = async (system: TestSystem, reason = 'insufficient_funds') =>
  system.provider.setMethod((await system.state(user)).methods[0]?.id ?? '', { always: reason });

describe('the notice before a renewal', () => {
  test('is given three days ahead, once, with instant, amount and method; the charge names it', async () => {
    const system = await createSystemWithActive(user);
    await passUntil(system, end - 3 * dayMs - 1, 6 * hourMs);
    expect(notices(system)).toEqual([]);
    await passUntil(system, end - 3 * dayMs);
    await passUntil(system, end + hourMs);
    expect(notices(system)).toHaveLength(1);
    const [notice] = notices(system);
    expect(notice).toMatchObject({
      type: 'notice.renewal_upcoming',
      chargeAt: toIso(end),
      amount: tariffs.month.price,
      methodTitle: expect.any(String),
    });
    expect(charged(system)).toEqual([toIso(end)]);
    const paid = system.facts(user).findLast(({ type }) => type === 'payment.succeeded');
    expect(paid).toMatchObject({ payment: { noticeId: notice?.['noticeId'] } });
  });

  test('is not given for a period of less than four days: the renewal before it announces it', async () => {
    const system = await createSystemWithActive(user, { tariffId: tariffs.day.id });
    await system.pass(3 * dayMs + hourMs, hourMs);
    expect(charges(system)).toHaveLength(3);
    expect(notices(system)).toEqual([]);
  });

  test('comes late after an outage; the charge waits a day, access runs on and the boundary stays', async () => {
    const system = await createSystemWithActive(user);
    system.clock.set(end + 2.5 * dayMs);
    await system.runDue();
    await passUntil(system, end + 3.5 * dayMs - minuteMs);
    expect(typesOf(system)).toEqual(['notice.renewal_upcoming']);
    expect(charged(system)).toEqual([]);
    expect((await system.state(user)).entitlement?.active).toBe(true);
    await passUntil(system, end + 3.5 * dayMs);
    expect(charged(system)).toEqual([toIso(end + 3.5 * dayMs)]);
    expect((await system.state(user)).subscription).toMatchObject({ term: { periodIndex: 1, periodStart: end } });
  });

  test('after an outage longer than the grace gives access for the day in which the charge waits', async () => {
    const system = await createSystemWithActive(user);
    const until = end + 10 * dayMs;
    system.clock.set(until);
    await system.runDue();
    await passUntil(system, until + hourMs);
    expect(typesOf(system)).toEqual(['notice.renewal_upcoming']);
    expect((await system.state(user)).entitlement?.active).toBe(true);
    await passUntil(system, until + dayMs + hourMs);
    expect(charges(system)).toHaveLength(1);
    // Days without access are not charged: the period begins with the grant.
    expect((await system.state(user)).subscription).toMatchObject({ term: { periodStart: until + dayMs } });
  });

  test('is given first where an earlier version had planned the charge alone', async () => {
    const system = await createSystemWithActive(user);
    const stored = await system.services.store.load(user);
    if (stored === null) throw new Error('no document');
    const { subscriber, version } = stored;
    const timer = {
      type: 'subscription.renewal_due' as const,
      subscriptionId: subscriber.subscription?.id ?? '',
      periodIndex: 1,
      attemptNo: 1,
    };
    const announce = { business: { at: end, timer }, real: null };
    await system.services.store.save({
      ...{ subscriber, expectedVersion: version, saveId: 'earlier', announce, entry: null },
    });
    await passUntil(system, end + dayMs - minuteMs, 6 * hourMs);
    expect(typesOf(system)).toEqual(['notice.renewal_upcoming']);
    expect(charges(system)).toEqual([]);
    await passUntil(system, end + dayMs + 6 * hourMs);
    expect(charges(system)).toHaveLength(1);
    expect((await system.state(user)).subscription).toMatchObject({ term: { periodStart: end } });
  });
});

describe('a cancel and its withdrawal', () => {
  test('a canceled subscription has no notice of a charge', async () => {
    const system = await createSystemWithActive(user);
    await system.cancel(user);
    await passUntil(system, end + dayMs, 6 * hourMs);
    expect(typesOf(system)).toEqual(['notice.ending', 'notice.ending']);
    expect(charges(system)).toEqual([]);
  });

  test('an hour before the end: the notice is saved with the answer, and the charge waits a day after it', async () => {
    const system = await createSystemWithActive(user);
    await system.cancel(user);
    await passUntil(system, end - hourMs, 6 * hourMs);
    await system.order(user, { type: 'subscription.uncancel' });
    expect(notices(system).at(-1)).toMatchObject({ chargeAt: toIso(end + 23 * hourMs) });
    await passUntil(system, end + 2 * dayMs);
    expect(charged(system)).toEqual([toIso(end + 23 * hourMs)]);
    expect((await system.state(user)).subscription).toMatchObject({ term: { periodIndex: 1, periodStart: end } });
  });

  test('after the notice: the same charge is not announced again, and is made at its instant', async () => {
    const system = await createSystemWithActive(user);
    await passUntil(system, end - 2 * dayMs, 6 * hourMs);
    await system.cancel(user);
    await system.order(user, { type: 'subscription.uncancel' });
    await passUntil(system, end + hourMs);
    expect(typesOf(system)).toEqual(['notice.renewal_upcoming']);
    expect(charged(system)).toEqual([toIso(end)]);
  });

  test('no notice repeats what the answer to the cancel said', async () => {
    const system = await createSystemWithActive(user);
    await passUntil(system, end - 4 * dayMs, 6 * hourMs);
    await system.cancel(user);
    await passUntil(system, end - dayMs - hourMs, 6 * hourMs);
    expect(typesOf(system)).toEqual([]);
    await passUntil(system, end);
    expect(typesOf(system)).toEqual(['notice.ending']);
  });
});

describe('the notices before an end', () => {
  test('of what does not renew are given a week and a day ahead', async () => {
    const system = await createSystemWithActive(user, { renew: false });
    await passUntil(system, end + dayMs);
    expect(notices(system).map(({ type, ...fact }) => [type, fact['endsAt']])).toEqual([
      ['notice.ending', toIso(end)],
      ['notice.ending', toIso(end)],
    ]);
    expect(new Set(notices(system).map((fact) => fact['noticeId'])).size).toBe(2);
  });

  test('that fall due in one outage are one, and once the end has come one is skipped', async () => {
    const system = await createSystemWithActive(user, { renew: false });
    system.clock.set(end - 12 * hourMs);
    await system.runDue();
    expect(typesOf(system)).toEqual(['notice.ending']);
    const late = await createSystemWithActive(user, { renew: false });
    late.clock.set(end + 12 * hourMs);
    await late.runDue();
    expect(notices(late)).toMatchObject([
      { type: 'notice.skipped', kind: 'ending', moment: toIso(end), why: 'too_late' },
    ]);
    expect((await late.state(user)).subscription?.status).toBe('expired');
  });
});

describe('past due', () => {
  test('the end of grace has its notice, and each retry without access has its own, a day ahead', async () => {
    const system = await createSystemWithActive(user);
    await decline(system);
    await passUntil(system, end + 25 * dayMs);
    const grace = notices(system).filter(({ type }) => type === 'notice.grace_ending');
    expect(grace.map((fact) => fact['endsAt'])).toEqual([toIso(end + 3 * dayMs)]);
    const announced = notices(system).filter(({ type }) => type === 'notice.retry_upcoming');
    const without = charges(system).filter(({ at }) => at >= end + 3 * dayMs);
    expect(without.length).toBeGreaterThan(3);
    expect(announced).toHaveLength(without.length);
  });

  test('a technical decline without access is retried a day later, and the new retry is announced with it', async () => {
    const system = await createSystemWithActive(user);
    await decline(system);
    await passUntil(system, end + 5 * dayMs);
    await decline(system, 'issuer_unavailable');
    await passUntil(system, end + 10 * dayMs);
    const at = charges(system)
      .map((charge) => charge.at)
      .filter((instant) => instant > end + 5 * dayMs);
    expect(at.length).toBeGreaterThan(2);
    for (const [index, instant] of at.slice(1).entries()) {
      expect(instant - (at[index] ?? 0)).toBeGreaterThanOrEqual(dayMs);
    }
  });

  test('a retry that the subscriber asks for needs no notice and names none', async () => {
    const system = await createSystemWithActive(user);
    await decline(system);
    await passUntil(system, end + 4 * dayMs);
    await decline(system, 'succeeded');
    await system.order(user, { type: 'payment.retry' });
    const payment = system.facts(user).findLast(({ type }) => type === 'payment.succeeded')?.['payment'];
    expect(payment).not.toHaveProperty('noticeId');
  });
});

test('the timer that is announced twice, or late, gives each notice once', async () => {
  const system = await createSystemWithActive(user);
  const due = nextDue(await system.state(user), system.services.policy).business;
  expect(due).toMatchObject({ at: end - 3 * dayMs, timer: { type: 'subscription.notice_due' } });
  system.clock.set(end - 2 * dayMs);
  await system.runDue();
  const trace = { correlationId: 'test', causationId: null };
  expect(await handleTimer(system.services, user, due!.timer, trace)).toMatchObject({ kind: 'ignored' });
  expect(notices(system)).toHaveLength(1);
});

test('no more than eight notices are remembered', async () => {
  const system = await createSystemWithActive(user);
  await system.pass(330 * dayMs, 12 * hourMs);
  const { subscription } = await system.state(user);
  expect(subscription?.status === 'active' && subscription.notices).toHaveLength(8);
});
