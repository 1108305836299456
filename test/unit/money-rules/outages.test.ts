import { describe, expect, test } from '@jest/globals';
import { handleHint } from '../../../src/application/handle-hint.ts';
import { Poison } from '../../../src/application/ports/doors.ts';
import { Fault } from '../../../src/application/ports/fault.ts';
import { dayMs, hourMs, minuteMs } from '../../../src/domain/instant.ts';
import { nextDue } from '../../../src/domain/next-due.ts';
import { createHouse, houseWithActive, tariffs } from '../../support/house.ts';

const user = '11111111-1111-4111-8111-111111111111';

const types = (events: readonly { type: string }[]) => events.map((event) => event.type);

describe('a daily tariff, whose grace is longer than its period', () => {
  test('catches up period by period after an outage within grace', async () => {
    const house = await houseWithActive(user, { tariffId: tariffs.day.id });
    const start = house.clock.now();
    house.clock.advance(2 * dayMs + hourMs);
    await house.settle();
    const { subscription } = await house.state(user);
    expect(subscription).toMatchObject({ status: 'active', term: { periodIndex: 2, anchor: start, anchorIndex: 0 } });
    expect(house.provider.sends().filter(({ order }) => order.kind === 'charge')).toHaveLength(2);
  });

  test('begins anew after an outage of weeks, and nobody pays for days without access', async () => {
    const house = await houseWithActive(user, { tariffId: tariffs.day.id });
    house.clock.advance(20 * dayMs);
    await house.settle();
    const { subscription } = await house.state(user);
    expect(subscription).toMatchObject({ status: 'active', term: { periodIndex: 1, periodStart: house.clock.now() } });
    expect(house.provider.sends().filter(({ order }) => order.kind === 'charge')).toHaveLength(1);
  });
});

/** A page that we had given up has been paid after all, by so much more than was ordered; nobody has told us yet. */
async function houseWithLateMoney(moreMinor = 0) {
  const house = createHouse();
  await house.pay(user);
  const { providerPaymentId, amount } = (await house.state(user)).payment ?? {};
  if (providerPaymentId == null || amount === undefined) throw new Error('no page is open');
  house.provider.finish(providerPaymentId, 'expired_on_confirmation');
  await house.hint('payment', providerPaymentId);
  const told = { ...amount, amountMinor: amount.amountMinor + moreMinor };
  const late = { status: 'succeeded', capturedAt: house.clock.now(), cancellation: null, amount: told } as const;
  house.provider.alter(providerPaymentId, late);
  return { house, page: providerPaymentId, ordered: amount, told };
}

describe('a payment that succeeds after we had given it up', () => {
  test('goes back once, however often the news comes, and a person is called', async () => {
    const { house, page } = await houseWithLateMoney();
    for (let times = 0; times < 3; times += 1) await house.hint('payment', page);
    await house.pass(hourMs);
    const refunds = house.provider.entries().filter(({ object }) => object.object === 'refund');
    expect(refunds.map(({ object }) => object.status)).toEqual(['succeeded']);
    expect(types(house.facts(user)).filter((type) => type === 'invariant.violated')).toHaveLength(1);
    expect((await house.state(user)).entitlement?.active ?? false).toBe(false);
  });
});

describe('news of a payment that went back long ago', () => {
  test('is a repeat also when only the ledger remembers it', async () => {
    const { house, page } = await houseWithLateMoney();
    await house.hint('payment', page);
    await house.pass(hourMs);
    const stored = await house.services.store.load(user);
    if (stored === null) throw new Error('nobody is stored');
    const { subscriber, version } = stored;
    const announce = nextDue(subscriber, house.services.policy);
    const forgetful = { ...subscriber, settled: [] };
    const save = { subscriber: forgetful, expectedVersion: version, saveId: 'forget', announce, entry: null };
    expect(await house.services.store.save(save)).toBe('saved');
    expect(await house.hint('payment', page)).toEqual({ kind: 'ignored', reason: 'repeat' });
    expect(house.provider.entries().filter(({ object }) => object.object === 'refund')).toHaveLength(1);
  });
});

describe('a payment that succeeds after we had given it up, with another amount', () => {
  test('gives back what was ordered and no more, and the alarm tells both', async () => {
    const { house, page, ordered, told } = await houseWithLateMoney(100);
    await house.hint('payment', page);
    await house.hint('payment', page);
    const refunds = house.provider.entries().filter(({ object }) => object.object === 'refund');
    expect(refunds.map(({ object }) => object.amount)).toEqual([ordered]);
    const alarms = house.facts(user).filter(({ type }) => type === 'invariant.violated');
    expect(alarms).toMatchObject([{ expected: ordered, actual: told }]);
  });
});

describe('a notification whose object cannot be read', () => {
  test('is not done with: its payment may be one that nobody polls any more', async () => {
    const { house, page } = await houseWithLateMoney();
    house.provider.failReads(1);
    await expect(house.hint('payment', page)).rejects.toMatchObject({ code: 'object_unread', retryable: true });
    house.provider.setSlots(0);
    await expect(house.hint('payment', page)).rejects.toMatchObject({ code: 'object_unread', retryable: true });
    house.provider.setSlots(10);
    await house.hint('payment', page);
    await house.pass(hourMs);
    const refunds = house.provider.entries().filter(({ object }) => object.object === 'refund');
    expect(refunds.map(({ object }) => object.status)).toEqual(['succeeded']);
  });

  test('queues on its own after an hour, so that no object holds up those of others', async () => {
    const house = await houseWithActive(user);
    const hint = { provider: 'yookassa', objectType: 'payment' as const, objectId: 'unreadable' };
    const hintedAt = house.clock.now();
    house.clock.advance(hourMs);
    house.provider.failReads(1);
    const trace = { correlationId: 'late', causationId: null };
    const handled = handleHint(house.services, hint, { trace, hintedAt });
    await expect(handled).rejects.toMatchObject({ code: 'object_unread', retryable: false });
  });
});

describe('a notification whose object the provider does not know', () => {
  const hintOf = (objectId: string) => ({ provider: 'yookassa', objectType: 'payment' as const, objectId });
  const absent = { read: () => Promise.resolve({ kind: 'absent' as const }) };

  test('waits, for the reading side of the provider may lag: the late money goes back all the same', async () => {
    const { house, page } = await houseWithLateMoney();
    const lagging = { ...house.services, provider: { ...house.provider, ...absent } };
    const hinted = { trace: { correlationId: 'late', causationId: null }, hintedAt: house.clock.now() };
    const unread = { code: 'object_unread', retryable: true };
    await expect(handleHint(lagging, hintOf(page), hinted)).rejects.toMatchObject(unread);
    expect(house.errorLines()).toEqual([]);
    await house.hint('payment', page);
    await house.pass(hourMs);
    const refunds = house.provider.entries().filter(({ object }) => object.object === 'refund');
    expect(refunds.map(({ object }) => object.status)).toEqual(['succeeded']);
  });

  test('calls a person after an hour, and goes to the dead letters', async () => {
    const house = createHouse();
    const hinted = { trace: { correlationId: 'late', causationId: null }, hintedAt: house.clock.now() };
    house.clock.advance(hourMs);
    const handled = handleHint(house.services, hintOf('nobody-knows'), hinted);
    await expect(handled).rejects.toBeInstanceOf(Poison);
    expect(house.errorLines()).toMatchObject([{ fields: { rule: 'foreign_object', subjectId: 'nobody-knows' } }]);
  });
});

describe('a notification whose news cannot be saved', () => {
  test('is not done with, however long the database takes to fail: only the notification tells of late money', async () => {
    const { house, page } = await houseWithLateMoney();
    const asked = Promise.withResolvers<null>();
    const answer = Promise.withResolvers<never>();
    const load = () => {
      asked.resolve(null);
      return answer.promise;
    };
    const services = { ...house.services, store: { ...house.services.store, load } };
    const hint = { provider: 'yookassa', objectType: 'payment' as const, objectId: page };
    const trace = { correlationId: 'late', causationId: null };
    const handled = handleHint(services, hint, { trace, hintedAt: house.clock.now() });
    await asked.promise;
    house.clock.advance(3_001);
    answer.reject(new Fault('store_unavailable', 'no primary', { retryable: true }));
    await expect(handled).rejects.toMatchObject({ code: 'store_unavailable', retryable: true });
    await house.hint('payment', page);
    await house.pass(hourMs);
    const refunds = house.provider.entries().filter(({ object }) => object.object === 'refund');
    expect(refunds.map(({ object }) => object.status)).toEqual(['succeeded']);
  });
});

describe('a process that has no free call', () => {
  test('keeps the purchase in the document and opens its page as soon as a call is free', async () => {
    const house = createHouse();
    house.provider.setSlots(0);
    const command = await house.pay(user);
    expect(house.provider.sends()).toEqual([]);
    await house.pass(minuteMs, 5_000);
    expect(house.provider.sends()).toEqual([]);
    house.provider.setSlots(10);
    await house.pass(minuteMs, 5_000);
    expect((await house.outcome(user, command.commandId))?.kind).toBe('requires_action');
    expect(house.provider.sends()).toHaveLength(1);
  });
});

describe('a page of a held subscriber', () => {
  test('paid for the due period is recorded and applied', async () => {
    const house = await houseWithActive(user);
    const method = (await house.state(user)).methods[0]?.id ?? '';
    house.provider.setMethod(method, { always: 'insufficient_funds' });
    await house.pass(28 * dayMs + hourMs, 6 * hourMs);
    await house.pay(user);
    const page = (await house.state(user)).payment?.providerPaymentId ?? '';
    // A contradiction of an older, superseded page holds the subscription meanwhile.
    await house.pay(user, { renew: false });
    house.provider.alter(page, { amount: { amountMinor: 1, currency: 'RUB' } });
    await house.hint('payment', page);
    expect((await house.state(user)).subscription).toMatchObject({
      status: 'past_due',
      held: { since: expect.any(Number) },
    });
    await house.payPage(user);
    expect((await house.state(user)).subscription).toMatchObject({ status: 'active', term: { periodIndex: 1 } });
  });
});

describe('a year bought on the last day of February of a leap year', () => {
  test('ends on the 28th, and on the 29th again when there is one', async () => {
    const house = createHouse();
    house.clock.set(Date.parse('2028-02-29T09:00:00.000Z'));
    await house.pay(user, { tariffId: tariffs.year.id });
    await house.payPage(user);
    const ends: string[] = [];
    for (let year = 0; year < 4; year += 1) {
      const { subscription } = await house.state(user);
      if (subscription?.status !== 'active') throw new Error('not active');
      ends.push(new Date(subscription.term.periodEnd).toISOString());
      house.clock.set(subscription.term.periodEnd);
      await house.settle();
    }
    expect(ends).toEqual([
      '2029-02-28T09:00:00.000Z',
      '2030-02-28T09:00:00.000Z',
      '2031-02-28T09:00:00.000Z',
      '2032-02-29T09:00:00.000Z',
    ]);
  });
});
