import { describe, expect, test } from '@jest/globals';
import type { PayCommand } from '../../../src/domain/commands/pay.ts';
import { dayMs, hourMs, minuteMs, toIso } from '../../../src/domain/model/instant.ts';
import { createSystemWithActive, tariffs, type TestSystem } from '../../support/test-system.ts';

const user = '11111111-1111-4111-8111-111111111111';
const firstEnd = '2026-02-28T09:00:00.000Z';
const secondEnd = '2026-03-31T09:00:00.000Z';

const once = { renew: false } as const;
const leaving = { type: 'subscription.cancel', mode: 'immediate', reason: null, refund: 'prorated' } as const;
const outcomeOf = async (system: TestSystem, more: Partial<PayCommand> = once) =>
  system.outcome(user, (await system.pay(user, more)).commandId);

async function liveOf(system: TestSystem) {
  const { subscription } = await system.state(user);
  if (subscription?.status !== 'active') throw new Error(`the subscription is ${subscription?.status ?? 'missing'}`);
  return subscription;
}

const renewedOf = (system: TestSystem) => system.facts(user).filter(({ type }) => type === 'subscription.renewed');
const charges = (system: TestSystem) => system.provider.sends().filter((send) => send.order.kind === 'charge');
const refundsOf = (system: TestSystem) =>
  system.provider.entries().flatMap(({ object }) => (object.object === 'refund' ? [object.amount.amountMinor] : []));

/** Bought without renewal, and the next period paid ten days later. */
async function createPaidAhead(more: Partial<PayCommand> = once): Promise<TestSystem> {
  const system = await createSystemWithActive(user, once);
  await system.pass(10 * dayMs, 6 * hourMs);
  await system.pay(user, more);
  await system.payPage(user);
  return system;
}

describe('paying ahead', () => {
  test('stores the next period without a hole, and access lasts to its end from the same save on', async () => {
    const system = await createPaidAhead();
    const { term } = await liveOf(system);
    expect([toIso(term.periodStart), toIso(term.periodEnd)]).toEqual([firstEnd, secondEnd]);
    expect(renewedOf(system)).toMatchObject([{ early: true, recovered: false, skippedPeriods: 0 }]);
    expect((await system.state(user)).entitlement).toMatchObject({ active: true, validUntil: Date.parse(secondEnd) });
    const types = system.facts(user).map(({ type }) => type);
    expect(types.slice(types.indexOf('subscription.renewed'))).toEqual(['subscription.renewed', 'entitlement.changed']);
  });

  test('asks for the pinned price on a page, and completes the command', async () => {
    const system = await createSystemWithActive(user, once);
    const command = await system.pay(user, once);
    expect(await system.outcome(user, command.commandId)).toMatchObject({ kind: 'requires_action' });
    const open = await system.payPage(user);
    expect(open).toMatchObject({ periodKey: 'period:1', kind: 'checkout', amount: { amountMinor: 29_900 } });
    expect(await system.outcome(user, command.commandId)).toMatchObject({ kind: 'completed' });
  });

  test('is for one period: before that begins, another is rejected', async () => {
    const system = await createPaidAhead();
    expect(await outcomeOf(system)).toEqual({ kind: 'rejected', reason: 'already_prepaid' });
    system.clock.set(Date.parse(firstEnd) - 1);
    expect(await outcomeOf(system)).toEqual({ kind: 'rejected', reason: 'already_prepaid' });
    system.clock.set(Date.parse(firstEnd));
    expect(await outcomeOf(system)).toMatchObject({ kind: 'requires_action' });
    await system.payPage(user);
    expect((await liveOf(system)).term.periodIndex).toBe(2);
  });

  test('ends where it does not renew, at the end of what was paid', async () => {
    const system = await createPaidAhead();
    await system.pass(Date.parse(firstEnd) + dayMs - system.clock.now(), 6 * hourMs);
    expect((await liveOf(system)).term.periodIndex).toBe(1);
    await system.pass(32 * dayMs, 6 * hourMs);
    expect((await system.state(user)).subscription).toMatchObject({ status: 'expired', cause: 'not_renewing' });
    expect(charges(system)).toEqual([]);
  });

  test('with renewal saves the method, and the period after it is charged', async () => {
    const system = await createPaidAhead({ renew: true });
    expect(await liveOf(system)).toMatchObject({ autoRenew: true, cancelAtPeriodEnd: false });
    expect(await outcomeOf(system)).toEqual({ kind: 'rejected', reason: 'already_subscribed' });
    await system.pass(Date.parse(secondEnd) + hourMs - system.clock.now(), 6 * hourMs);
    expect(charges(system)).toHaveLength(1);
    expect((await liveOf(system)).term.periodIndex).toBe(2);
  });

  test('after a cancel, with renewal, takes the cancel back; without it, the cancel stands', async () => {
    for (const renew of [true, false]) {
      const system = await createSystemWithActive(user);
      await system.cancel(user);
      await system.pay(user, { renew });
      await system.payPage(user);
      const { methods } = await system.state(user);
      const { cancelAtPeriodEnd, methodId, term } = await liveOf(system);
      expect([cancelAtPeriodEnd, toIso(term.periodEnd)]).toEqual([!renew, secondEnd]);
      expect(methodId).toBe((renew ? methods.at(-1) : methods[0])?.id);
    }
  });

  test('is only for the tariff that does not renew', async () => {
    const renewing = await createSystemWithActive(user);
    expect(await outcomeOf(renewing)).toEqual({ kind: 'rejected', reason: 'already_subscribed' });
    const ending = await createSystemWithActive(user, once);
    const other = await outcomeOf(ending, { ...once, tariffId: tariffs.year.id });
    expect(other).toEqual({ kind: 'rejected', reason: 'already_subscribed' });
  });

  test('is charged once, however often the page is asked for and whatever else is opened', async () => {
    const system = await createSystemWithActive(user, once);
    await system.pay(user, once);
    await system.pay(user, once);
    const first = (await system.state(user)).payment;
    await system.pay(user, { renew: true });
    await system.payPage(user);
    system.provider.finish(first?.providerPaymentId ?? '', 'succeeded');
    await system.hint('payment', first?.providerPaymentId ?? '');
    expect((await liveOf(system)).term.periodIndex).toBe(1);
    expect(refundsOf(system)).toEqual([29_900]);
  });
});

describe('leaving after paying ahead', () => {
  test('gives the unused part of both periods back', async () => {
    const system = await createPaidAhead();
    system.clock.set(Date.parse('2026-02-14T09:00:00.000Z'));
    await system.order(user, leaving);
    expect(refundsOf(system).toSorted((one, other) => one - other)).toEqual([14_950, 29_900]);
    expect((await system.state(user)).entitlement).toMatchObject({ active: false });
  });

  test('once the later period has begun gives back what is unused of it alone', async () => {
    const system = await createPaidAhead();
    system.clock.set(Date.parse(firstEnd));
    await system.order(user, leaving);
    expect(refundsOf(system)).toEqual([29_900]);
  });
});

describe('a page that is open when the period ends', () => {
  test('keeps no access, and a period that is paid later begins then', async () => {
    const system = await createSystemWithActive(user, once);
    system.clock.set(Date.parse(firstEnd) - 10 * minuteMs);
    await system.pay(user, once);
    await system.pass(40 * minuteMs, minuteMs);
    expect((await system.state(user)).entitlement).toMatchObject({ active: false });
    await system.payPage(user);
    const { term } = await liveOf(system);
    expect(toIso(term.periodStart)).toBe('2026-02-28T09:30:00.000Z');
    expect(renewedOf(system)[0]).not.toHaveProperty('early');
    expect((await system.state(user)).entitlement).toMatchObject({ active: true, validUntil: term.periodEnd });
  });

  test('and is not paid lets the subscription expire', async () => {
    const system = await createSystemWithActive(user, once);
    system.clock.set(Date.parse(firstEnd) - 10 * minuteMs);
    const open = await system.pay(user, once);
    await system.pass(40 * minuteMs, minuteMs);
    system.provider.finish((await system.state(user)).payment?.providerPaymentId ?? '', 'expired_on_confirmation');
    await system.pass(hourMs, minuteMs);
    expect((await system.state(user)).subscription).toMatchObject({ status: 'expired', cause: 'not_renewing' });
    expect(await system.outcome(user, open.commandId)).toMatchObject({ kind: 'rejected', reason: 'payment_declined' });
  });

  test.each([
    ['the same terms get it again', once, 'active'],
    ['other terms begin another subscription, and it is watched', { renew: true }, 'incomplete'],
    ['another tariff does too', { ...once, tariffId: tariffs.year.id }, 'incomplete'],
  ] as const)('after that end: %s', async (_title, more, status) => {
    const system = await createSystemWithActive(user, once);
    system.clock.set(Date.parse(firstEnd) - 10 * minuteMs);
    await system.pay(user, once);
    await system.pass(20 * minuteMs, minuteMs);
    expect(await outcomeOf(system, more)).toMatchObject({ kind: 'requires_action' });
    const { subscription, watched } = await system.state(user);
    expect([subscription?.status, watched.length]).toEqual([status, status === 'active' ? 0 : 1]);
  });
});

describe('a page whose outcome is unknown', () => {
  test('blocks no access that is paid, and counts from the boundary when it turns out to be paid in time', async () => {
    const system = await createSystemWithActive(user, once);
    system.provider.script('lost', 'lost');
    await system.pay(user, once);
    expect((await system.state(user)).payment?.state).toBe('unknown');
    expect(await outcomeOf(system)).toBeNull();
    await system.pass(10 * minuteMs, minuteMs);
    await system.payPage(user);
    expect(toIso((await liveOf(system)).term.periodStart)).toBe(firstEnd);
  });
});

describe('a page beside another change of mind', () => {
  test('is abandoned by a cancel, and money that comes later goes back', async () => {
    const system = await createSystemWithActive(user, once);
    await system.pay(user, once);
    const page = (await system.state(user)).payment?.providerPaymentId ?? '';
    await system.cancel(user);
    system.provider.finish(page, 'succeeded');
    await system.hint('payment', page);
    expect((await liveOf(system)).term.periodIndex).toBe(0);
    expect(refundsOf(system)).toEqual([29_900]);
  });

  test('stays open after an uncancel: paid, it is the renewal, and no other charge follows', async () => {
    const system = await createSystemWithActive(user);
    await system.cancel(user);
    system.clock.set(Date.parse(firstEnd) - 10 * minuteMs);
    await system.pay(user, once);
    await system.order(user, { type: 'subscription.uncancel' });
    await system.pass(20 * minuteMs, minuteMs);
    expect(charges(system)).toEqual([]);
    await system.payPage(user);
    await system.pass(dayMs, hourMs);
    expect([(await liveOf(system)).term.periodIndex, charges(system).length]).toEqual([1, 0]);
  });
});
