import { describe, expect, test } from '@jest/globals';
import { createMemoryTestClocks } from '../../../src/adapters/memory/test-clocks.ts';
import { handleCommand } from '../../../src/application/handle-command.ts';
import { handleTimer } from '../../../src/application/handle-timer.ts';
import { dayMs, hourMs, minuteMs } from '../../../src/domain/instant.ts';
import { createHouse, houseWithActive } from '../../support/house.ts';

const user = '11111111-1111-4111-8111-111111111111';
const trace = { correlationId: 'test', causationId: null };

describe('while a renewal charge is unresolved', () => {
  test('access goes on also when something else is saved first at the moment it would run out', async () => {
    const house = await houseWithActive(user);
    house.provider.script('lost', ...Array.from({ length: 60 }, () => 'not_done' as const));
    house.provider.failReads(1_000_000);
    await house.pass(28 * dayMs, 6 * hourMs);
    await house.pass(2 * dayMs + 20 * hourMs, 10 * minuteMs);
    expect((await house.state(user)).payment?.state).toBe('unknown');
    expect((await house.state(user)).entitlement?.active).toBe(true);
    // The timers are four hours late; the subscriber, refused by a reader, tries to buy.
    house.clock.advance(4 * hourMs);
    await house.pay(user);
    await house.pass(hourMs, 10 * minuteMs);
    expect((await house.state(user)).payment?.state).toBe('unknown');
    expect((await house.state(user)).entitlement?.active).toBe(true);
  });

  test('access ends with the grace when the charge turns out to have failed', async () => {
    const house = await houseWithActive(user);
    house.provider.script(...Array.from({ length: 60 }, () => 'not_done' as const));
    house.provider.failReads(1_000_000);
    await house.pass(28 * dayMs, 6 * hourMs);
    await house.pass(4 * dayMs, 10 * minuteMs);
    expect((await house.state(user)).entitlement?.active).toBe(true);
    house.provider.failReads(0);
    const method = (await house.state(user)).methods[0]?.id ?? '';
    house.provider.setMethod(method, { always: 'card_expired' });
    house.provider.script();
    for (let step = 0; step < 300 && (await house.state(user)).subscription?.status === 'active'; step += 1)
      await house.pass(10 * minuteMs);
    const state = await house.state(user);
    expect(state.subscription?.status).toBe('past_due');
    expect(state.entitlement?.active).toBe(false);
  });
});

describe('while the subscription is held', () => {
  test('access goes on also when something else is saved first at the moment it would run out', async () => {
    const house = await houseWithActive(user);
    house.provider.script('lost');
    await house.pass(28 * dayMs, 6 * hourMs);
    const charge = house.provider.entries().at(-1)?.object.id ?? '';
    house.provider.alter(charge, { amount: { amountMinor: 1, currency: 'RUB' } });
    await house.pass(2 * dayMs + 20 * hourMs, hourMs);
    expect((await house.state(user)).subscription).toMatchObject({ held: { since: expect.any(Number) } });
    house.clock.advance(4 * hourMs);
    await house.pay(user);
    await house.pass(hourMs, 10 * minuteMs);
    expect((await house.state(user)).entitlement?.active).toBe(true);
  });
});

describe('a purchase that names a test clock', () => {
  test('of a subscriber on real time takes nothing from him', async () => {
    const house = await houseWithActive(user);
    const clocks = createMemoryTestClocks();
    const testClock = await clocks.create({ name: 'later', now: house.clock.now() + 3_000 * dayMs });
    const services = {
      ...house.services,
      testClocks: { clocks, mirror: { set: () => Promise.resolve() } },
    };
    const command = house.payCommand(user, { testClockId: testClock.id });
    await handleCommand(services, command, trace);
    expect(await house.outcome(user, command.commandId)).toEqual({ kind: 'rejected', reason: 'test_clock_mismatch' });
    expect((await house.state(user)).entitlement?.active).toBe(true);
  });
});

describe('a provider that hangs', () => {
  test('holds up a status check for three seconds at most', async () => {
    const house = createHouse();
    house.provider.script('lost', 'hang');
    await house.pay(user);
    house.clock.advance(minuteMs);
    const { id } = (await house.state(user)).payment ?? { id: '' };
    let done = false;
    const isDone = (): boolean => done;
    const timer = { type: 'payment.status_check_due' as const, subject: 'payment' as const, subjectId: id, dueAt: 0 };
    const handled = handleTimer(house.services, user, timer, trace).then(() => (done = true));
    for (let turn = 0; turn < 200 && house.provider.sends().length < 2; turn += 1) await new Promise(setImmediate);
    house.clock.advance(3_000);
    for (let turn = 0; turn < 200 && !isDone(); turn += 1) await new Promise(setImmediate);
    const doneWithoutTheProvider = isDone();
    house.provider.release('answer');
    await handled;
    expect(doneWithoutTheProvider).toBe(true);
  });
});

describe('a page whose creation the provider answers with something else', () => {
  test('ends the command that waits for it, and the next order gets a page of its own', async () => {
    const house = createHouse();
    house.provider.script('lost');
    const first = await house.pay(user);
    const page = house.provider.entries()[0]?.object.id ?? '';
    house.provider.alter(page, { amount: { amountMinor: 1, currency: 'RUB' } });
    await house.pass(hourMs, minuteMs);
    expect((await house.outcome(user, first.commandId))?.kind).toBe('rejected');
    const second = await house.pay(user);
    expect((await house.outcome(user, second.commandId))?.kind).toBe('requires_action');
  });
});

describe('an answer that comes after the answer to its repeat', () => {
  test('moves the payment nowhere and is told to nobody', async () => {
    const house = createHouse();
    house.provider.script('hang');
    const command = house.payCommand(user);
    const paying = house.deliver(command);
    for (let turn = 0; turn < 200 && house.provider.sends().length < 1; turn += 1) await new Promise(setImmediate);
    house.clock.advance(3_000);
    await paying;
    house.clock.advance(minuteMs);
    await house.settle();
    expect((await house.state(user)).payment?.state).toBe('requires_action');
    house.provider.failReads(5);
    house.provider.release('answer');
    await house.services.background.settled(1);
    for (let turn = 0; turn < 50; turn += 1) await new Promise(setImmediate);
    expect((await house.state(user)).payment?.state).toBe('requires_action');
    const opened = house.facts(user).filter((event) => event.type === 'payment.requires_action');
    expect(opened).toHaveLength(1);
  });
});
