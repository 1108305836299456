import { describe, expect, test } from '@jest/globals';
import { createMemoryTestClocks } from '../../fakes/test-clocks.ts';
import { handleCommand } from '../../../src/application/handlers/handle-command.ts';
import { handleTimer } from '../../../src/application/handlers/handle-timer.ts';
import { dayMs, hourMs, minuteMs } from '../../../src/domain/model/instant.ts';
import { createTestSystem, createSystemWithActive } from '../../support/test-system.ts';

const user = '11111111-1111-4111-8111-111111111111';
const trace = { correlationId: 'test', causationId: null };

describe('while a renewal charge is unresolved', () => {
  test('access continues also when another change is saved just when it would end', async () => {
    const system = await createSystemWithActive(user);
    system.provider.script('lost', ...Array.from({ length: 60 }, () => 'not_done' as const));
    system.provider.failReads(1_000_000);
    await system.pass(28 * dayMs, 6 * hourMs);
    await system.pass(2 * dayMs + 20 * hourMs, 10 * minuteMs);
    expect((await system.state(user)).payment?.state).toBe('unknown');
    expect((await system.state(user)).entitlement?.active).toBe(true);
    // The timers are four hours late. A reader refuses the subscriber, who then tries to buy.
    system.clock.advance(4 * hourMs);
    await system.pay(user);
    await system.pass(hourMs, 10 * minuteMs);
    expect((await system.state(user)).payment?.state).toBe('unknown');
    expect((await system.state(user)).entitlement?.active).toBe(true);
  });

  test('access ends with the grace when the charge has failed', async () => {
    const system = await createSystemWithActive(user);
    system.provider.script(...Array.from({ length: 60 }, () => 'not_done' as const));
    system.provider.failReads(1_000_000);
    await system.pass(28 * dayMs, 6 * hourMs);
    await system.pass(4 * dayMs, 10 * minuteMs);
    expect((await system.state(user)).entitlement?.active).toBe(true);
    system.provider.failReads(0);
    const method = (await system.state(user)).methods[0]?.id ?? '';
    system.provider.setMethod(method, { always: 'card_expired' });
    system.provider.script();
    for (let step = 0; step < 300 && (await system.state(user)).subscription?.status === 'active'; step += 1)
      await system.pass(10 * minuteMs);
    const state = await system.state(user);
    expect(state.subscription?.status).toBe('past_due');
    expect(state.entitlement?.active).toBe(false);
  });
});

describe('while the subscription is held', () => {
  test('access continues also when another change is saved just when it would end', async () => {
    const system = await createSystemWithActive(user);
    system.provider.script('lost');
    await system.pass(28 * dayMs, 6 * hourMs);
    const charge = system.provider.entries().at(-1)?.object.id ?? '';
    system.provider.alter(charge, { amount: { amountMinor: 1, currency: 'RUB' } });
    await system.pass(2 * dayMs + 20 * hourMs, hourMs);
    expect((await system.state(user)).subscription).toMatchObject({ held: { since: expect.any(Number) } });
    system.clock.advance(4 * hourMs);
    await system.pay(user);
    await system.pass(hourMs, 10 * minuteMs);
    expect((await system.state(user)).entitlement?.active).toBe(true);
  });
});

describe('a purchase that names a test clock', () => {
  test('of a subscriber on real time does not change their clock', async () => {
    const system = await createSystemWithActive(user);
    const clocks = createMemoryTestClocks();
    const testClock = await clocks.create({ name: 'later', now: system.clock.now() + 3_000 * dayMs });
    const services = {
      ...system.services,
      testClocks: { clocks, mirror: { set: () => Promise.resolve() } },
    };
    const command = system.payCommand(user, { testClockId: testClock.id });
    await handleCommand(services, command, trace);
    expect(await system.outcome(user, command.commandId)).toEqual({ kind: 'rejected', reason: 'test_clock_mismatch' });
    expect((await system.state(user)).entitlement?.active).toBe(true);
  });
});

describe('a provider that hangs', () => {
  test('delays a status check for three seconds at most', async () => {
    const system = createTestSystem();
    system.provider.script('lost', 'hang');
    await system.pay(user);
    system.clock.advance(minuteMs);
    const { id } = (await system.state(user)).payment ?? { id: '' };
    let done = false;
    const isDone = (): boolean => done;
    const timer = { type: 'payment.status_check_due' as const, subject: 'payment' as const, subjectId: id, dueAt: 0 };
    const handled = handleTimer(system.services, user, timer, trace).then(() => (done = true));
    for (let turn = 0; turn < 200 && system.provider.sends().length < 2; turn += 1) await new Promise(setImmediate);
    system.clock.advance(3_000);
    for (let turn = 0; turn < 200 && !isDone(); turn += 1) await new Promise(setImmediate);
    const doneWithoutTheProvider = isDone();
    system.provider.release('answer');
    await handled;
    expect(doneWithoutTheProvider).toBe(true);
  });
});

describe('a page whose create request the provider answers with another object', () => {
  test('ends the command that waits for it, and the next purchase gets a page of its own', async () => {
    const system = createTestSystem();
    system.provider.script('lost');
    const first = await system.pay(user);
    const page = system.provider.entries()[0]?.object.id ?? '';
    system.provider.alter(page, { amount: { amountMinor: 1, currency: 'RUB' } });
    await system.pass(hourMs, minuteMs);
    expect((await system.outcome(user, first.commandId))?.kind).toBe('rejected');
    const second = await system.pay(user);
    expect((await system.outcome(user, second.commandId))?.kind).toBe('requires_action');
  });
});

describe('an answer that comes after the answer to its repeat', () => {
  test('does not change the payment and is not published', async () => {
    const system = createTestSystem();
    system.provider.script('hang');
    const command = system.payCommand(user);
    const paying = system.deliver(command);
    for (let turn = 0; turn < 200 && system.provider.sends().length < 1; turn += 1) await new Promise(setImmediate);
    system.clock.advance(3_000);
    await paying;
    system.clock.advance(minuteMs);
    await system.runDue();
    expect((await system.state(user)).payment?.state).toBe('requires_action');
    system.provider.failReads(5);
    system.provider.release('answer');
    await system.services.background.drained(1);
    for (let turn = 0; turn < 50; turn += 1) await new Promise(setImmediate);
    expect((await system.state(user)).payment?.state).toBe('requires_action');
    const opened = system.facts(user).filter((event) => event.type === 'payment.requires_action');
    expect(opened).toHaveLength(1);
  });
});
