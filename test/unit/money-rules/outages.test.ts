import { describe, expect, test } from '@jest/globals';
import { handleHint } from '../../../src/application/handlers/handle-hint.ts';
import { Fault, Poison } from '../../../src/application/ports/faults.ts';
import { dayMs, hourMs, minuteMs } from '../../../src/domain/model/instant.ts';
import { nextDue } from '../../../src/domain/timers/next-due.ts';
import { createTestSystem, createSystemWithActive, tariffs } from '../../support/test-system.ts';

const user = '11111111-1111-4111-8111-111111111111';

const types = (events: readonly { type: string }[]) => events.map((event) => event.type);

describe('a daily tariff', () => {
  test('keeps its boundary after an outage of hours', async () => {
    const system = await createSystemWithActive(user, { tariffId: tariffs.day.id });
    const start = system.clock.now();
    system.clock.advance(dayMs + 3 * hourMs);
    await system.runDue();
    const { subscription } = await system.state(user);
    expect(subscription).toMatchObject({ status: 'active', term: { periodIndex: 1, anchor: start, anchorIndex: 0 } });
  });

  test.each([dayMs - 3 * hourMs, dayMs + hourMs])('charges once after an outage of a period and %i ms', async (ms) => {
    const system = await createSystemWithActive(user, { tariffId: tariffs.day.id });
    system.clock.advance(dayMs + ms);
    await system.runDue();
    const now = system.clock.now();
    const { subscription } = await system.state(user);
    expect(subscription).toMatchObject({ status: 'active', term: { periodIndex: 1, anchor: now, anchorIndex: 1 } });
    expect(system.provider.sends().filter(({ order }) => order.kind === 'charge')).toHaveLength(1);
  });

  test('starts a new anchor after an outage of weeks, and days without access are not charged', async () => {
    const system = await createSystemWithActive(user, { tariffId: tariffs.day.id });
    system.clock.advance(20 * dayMs);
    await system.runDue();
    const { subscription } = await system.state(user);
    expect(subscription).toMatchObject({ status: 'active', term: { periodIndex: 1, periodStart: system.clock.now() } });
    expect(system.provider.sends().filter(({ order }) => order.kind === 'charge')).toHaveLength(1);
  });
});

/** A page that was given up and then paid, with so much above the requested amount; no notification has come yet. */
async function systemWithLateMoney(moreMinor = 0) {
  const system = createTestSystem();
  await system.pay(user);
  const { providerPaymentId, amount } = (await system.state(user)).payment ?? {};
  if (providerPaymentId == null || amount === undefined) throw new Error('no page is open');
  system.provider.finish(providerPaymentId, 'expired_on_confirmation');
  await system.hint('payment', providerPaymentId);
  const reported = { ...amount, amountMinor: amount.amountMinor + moreMinor };
  const late = { status: 'succeeded', capturedAt: system.clock.now(), cancellation: null, amount: reported } as const;
  system.provider.alter(providerPaymentId, late);
  return { system, page: providerPaymentId, requested: amount, reported };
}

describe('a payment that succeeds after it was given up', () => {
  test('is refunded once, however often it is reported, and operators are alerted', async () => {
    const { system, page } = await systemWithLateMoney();
    for (let times = 0; times < 3; times += 1) await system.hint('payment', page);
    await system.pass(hourMs);
    const refunds = system.provider.entries().filter(({ object }) => object.object === 'refund');
    expect(refunds.map(({ object }) => object.status)).toEqual(['succeeded']);
    expect(types(system.facts(user)).filter((type) => type === 'invariant.violated')).toHaveLength(1);
    expect((await system.state(user)).entitlement?.active ?? false).toBe(false);
  });
});

describe('a notification of a payment refunded long ago', () => {
  test('is a repeat also when only the read model has it', async () => {
    const { system, page } = await systemWithLateMoney();
    await system.hint('payment', page);
    await system.pass(hourMs);
    const stored = await system.services.store.load(user);
    if (stored === null) throw new Error('the subscriber is not stored');
    const { subscriber, version } = stored;
    const announce = nextDue(subscriber, system.services.policy);
    const forgetful = { ...subscriber, captures: [] };
    const save = { subscriber: forgetful, expectedVersion: version, saveId: 'forget', announce, entry: null };
    expect(await system.services.store.save(save)).toBe('saved');
    expect(await system.hint('payment', page)).toEqual({ kind: 'ignored', reason: 'repeat' });
    expect(system.provider.entries().filter(({ object }) => object.object === 'refund')).toHaveLength(1);
  });
});

describe('a payment that succeeds after it was given up, with another amount', () => {
  test('is refunded by the requested amount only, and the alarm names both', async () => {
    const { system, page, requested, reported } = await systemWithLateMoney(100);
    await system.hint('payment', page);
    await system.hint('payment', page);
    const refunds = system.provider.entries().filter(({ object }) => object.object === 'refund');
    expect(refunds.map(({ object }) => object.amount)).toEqual([requested]);
    const alarms = system.facts(user).filter(({ type }) => type === 'invariant.violated');
    expect(alarms).toMatchObject([{ expected: requested, actual: reported }]);
  });
});

describe('a notification whose object cannot be read', () => {
  test('is not done: its payment may be one that is polled no more', async () => {
    const { system, page } = await systemWithLateMoney();
    const unread = { code: 'object_unread', retryable: true };
    system.provider.failReads(1);
    await expect(system.hint('payment', page)).rejects.toMatchObject({ ...unread, queues: true });
    // No call is made for any object: all wait, and no queue fills.
    system.provider.setSlots(0);
    await expect(system.hint('payment', page)).rejects.toMatchObject({ ...unread, queues: false });
    system.provider.setSlots(10);
    await system.hint('payment', page);
    await system.pass(hourMs);
    const refunds = system.provider.entries().filter(({ object }) => object.object === 'refund');
    expect(refunds.map(({ object }) => object.status)).toEqual(['succeeded']);
  });

  test('blocks its key with an alarm after an hour', async () => {
    const system = await createSystemWithActive(user);
    const hint = { provider: 'yookassa', objectType: 'payment' as const, objectId: 'unreadable' };
    const hintedAt = system.clock.now();
    system.clock.advance(hourMs);
    system.provider.failReads(1);
    const trace = { correlationId: 'late', causationId: null };
    const handled = handleHint(system.services, hint, { trace, hintedAt });
    await expect(handled).rejects.toMatchObject({ code: 'object_unread', retryable: false, queues: false });
  });
});

describe('a notification whose object the provider does not know', () => {
  const hintOf = (objectId: string) => ({ provider: 'yookassa', objectType: 'payment' as const, objectId });
  const absent = { read: () => Promise.resolve({ kind: 'absent' as const }) };

  test('waits, because the provider’s reads may lag: late money is refunded all the same', async () => {
    const { system, page } = await systemWithLateMoney();
    const lagging = { ...system.services, provider: { ...system.provider, ...absent } };
    const hinted = { trace: { correlationId: 'late', causationId: null }, hintedAt: system.clock.now() };
    const unread = { code: 'object_unread', retryable: true, queues: true };
    await expect(handleHint(lagging, hintOf(page), hinted)).rejects.toMatchObject(unread);
    expect(system.errorLines()).toEqual([]);
    await system.hint('payment', page);
    await system.pass(hourMs);
    const refunds = system.provider.entries().filter(({ object }) => object.object === 'refund');
    expect(refunds.map(({ object }) => object.status)).toEqual(['succeeded']);
  });

  test.each([
    ['an hour', hourMs],
    ['a time that lies ahead by more', -2 * hourMs],
  ])('alerts operators after %s, and goes to the dead letters', async (_, ageMs) => {
    const system = createTestSystem();
    const hinted = { trace: { correlationId: 'late', causationId: null }, hintedAt: system.clock.now() - ageMs };
    const handled = handleHint(system.services, hintOf('unknown-object'), hinted);
    await expect(handled).rejects.toBeInstanceOf(Poison);
    expect(system.errorLines()).toMatchObject([{ fields: { rule: 'foreign_object', subjectId: 'unknown-object' } }]);
  });
});

describe('a notification whose change cannot be saved', () => {
  test('is not done, however long the database takes to fail: only the notification reports late money', async () => {
    const { system, page } = await systemWithLateMoney();
    const asked = Promise.withResolvers<null>();
    const answer = Promise.withResolvers<never>();
    const load = () => {
      asked.resolve(null);
      return answer.promise;
    };
    const services = { ...system.services, store: { ...system.services.store, load } };
    const hint = { provider: 'yookassa', objectType: 'payment' as const, objectId: page };
    const trace = { correlationId: 'late', causationId: null };
    const handled = handleHint(services, hint, { trace, hintedAt: system.clock.now() });
    await asked.promise;
    system.clock.advance(3_001);
    answer.reject(new Fault('store_unavailable', 'no primary', { retryable: true }));
    await expect(handled).rejects.toMatchObject({ code: 'store_unavailable', retryable: true });
    await system.hint('payment', page);
    await system.pass(hourMs);
    const refunds = system.provider.entries().filter(({ object }) => object.object === 'refund');
    expect(refunds.map(({ object }) => object.status)).toEqual(['succeeded']);
  });
});

describe('a process without a free call slot', () => {
  test('keeps the purchase in the document and opens its page as soon as a slot is free', async () => {
    const system = createTestSystem();
    system.provider.setSlots(0);
    const command = await system.pay(user);
    expect(system.provider.sends()).toEqual([]);
    await system.pass(minuteMs, 5_000);
    expect(system.provider.sends()).toEqual([]);
    system.provider.setSlots(10);
    await system.pass(minuteMs, 5_000);
    expect((await system.outcome(user, command.commandId))?.kind).toBe('requires_action');
    expect(system.provider.sends()).toHaveLength(1);
  });
});

describe('a charge whose answers were all lost', () => {
  test('is found through the list while no call slot is free, and is charged once', async () => {
    const system = await createSystemWithActive(user);
    system.provider.script('lost', ...Array.from({ length: 60 }, () => 'not_done' as const));
    await system.pass(28 * dayMs, hourMs);
    expect((await system.state(user)).payment?.state).toBe('unknown');
    // Sends need a slot, so none is made from here on.
    system.provider.setSlots(0);
    await system.pass(2 * dayMs, 10 * minuteMs);
    expect((await system.state(user)).subscription).toMatchObject({ status: 'active', term: { periodIndex: 1 } });
    expect(system.provider.entries().filter(({ order }) => order.kind === 'charge')).toHaveLength(1);
  });
});

describe('a page of a held subscriber', () => {
  test('paid for the due period is recorded and applied', async () => {
    const system = await createSystemWithActive(user);
    const method = (await system.state(user)).methods[0]?.id ?? '';
    system.provider.setMethod(method, { always: 'insufficient_funds' });
    await system.pass(28 * dayMs + hourMs, 6 * hourMs);
    await system.pay(user);
    const page = (await system.state(user)).payment?.providerPaymentId ?? '';
    // Meanwhile a contradiction of an older, superseded page sets a billing hold.
    await system.pay(user, { renew: false });
    system.provider.alter(page, { amount: { amountMinor: 1, currency: 'RUB' } });
    await system.hint('payment', page);
    expect((await system.state(user)).subscription).toMatchObject({
      status: 'past_due',
      held: { since: expect.any(Number) },
    });
    await system.payPage(user);
    expect((await system.state(user)).subscription).toMatchObject({ status: 'active', term: { periodIndex: 1 } });
  });
});

describe('a year bought on the last day of February of a leap year', () => {
  test('ends on the 28th, and on the 29th again in leap years', async () => {
    const system = createTestSystem();
    system.clock.set(Date.parse('2028-02-29T09:00:00.000Z'));
    await system.pay(user, { tariffId: tariffs.year.id });
    await system.payPage(user);
    const ends: string[] = [];
    for (let year = 0; year < 4; year += 1) {
      const { subscription } = await system.state(user);
      if (subscription?.status !== 'active') throw new Error('not active');
      ends.push(new Date(subscription.term.periodEnd).toISOString());
      // The notice goes out three days before the charge.
      for (const at of [subscription.term.periodEnd - 3 * dayMs, subscription.term.periodEnd]) {
        system.clock.set(at);
        await system.runDue();
      }
    }
    expect(ends).toEqual([
      '2029-02-28T09:00:00.000Z',
      '2030-02-28T09:00:00.000Z',
      '2031-02-28T09:00:00.000Z',
      '2032-02-29T09:00:00.000Z',
    ]);
  });
});
