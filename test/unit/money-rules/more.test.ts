import { describe, expect, test } from '@jest/globals';
import { handleTimer } from '../../../src/application/handlers/handle-timer.ts';
import { dayMs, hourMs, minuteMs } from '../../../src/domain/model/instant.ts';
import { createTestSystem, createSystemWithActive, tariffs } from '../../support/test-system.ts';

const user = '11111111-1111-4111-8111-111111111111';
const trace = { correlationId: 'test', causationId: null };

describe('a command rejected long ago', () => {
  test('is a repeat when it is delivered again, although nothing was ever published about the subscriber', async () => {
    const system = createTestSystem();
    const old = await system.pay(user, { tariffId: 'no-such-tariff' });
    for (let count = 0; count < 60; count += 1) await system.cancel(user);
    system.clock.advance(hourMs);
    expect(await system.deliver(old)).toEqual({ kind: 'ignored', reason: 'repeat' });
  });
});

/** A renewal is due, and the provider will take its money in two steps. */
async function beforeCapturedRenewal() {
  const system = await createSystemWithActive(user);
  const method = (await system.state(user)).methods[0]?.id ?? '';
  system.provider.setMethod(method, { always: 'waiting_for_capture' });
  await system.pass(25 * dayMs, 6 * hourMs);
  system.clock.set(Date.parse('2026-02-28T09:00:00.000Z'));
  return system;
}

describe('a charge reserved before a cancel was accepted', () => {
  test('is kept although its capture was reserved after it', async () => {
    const system = await beforeCapturedRenewal();
    system.provider.script('answer', { kind: 'unsent', reason: 'refused' });
    await system.runDue();
    const cancel = system.cancelCommand(user, 'period_end', system.clock.now() + 1_000);
    await system.pass(minuteMs, 5_000);
    expect((await system.state(user)).subscription).toMatchObject({ status: 'active', term: { periodIndex: 1 } });
    await system.deliver(cancel);
    expect((await system.state(user)).subscription).toMatchObject({ status: 'active', term: { periodIndex: 1 } });
  });
});

describe('a capture that could not be sent for longer than a key lives', () => {
  test('is sent all the same, because no byte of it has reached the provider', async () => {
    const system = await beforeCapturedRenewal();
    const unsent = Array.from({ length: 9 }, () => ({ kind: 'unsent', reason: 'refused' }) as const);
    system.provider.script('answer', ...unsent);
    await system.runDue();
    await system.pass(hourMs, 5 * minuteMs);
    expect((await system.state(user)).payment).toMatchObject({ step: 'capture', state: 'created' });
    system.clock.set(system.clock.now() + dayMs);
    await system.pass(5 * dayMs, hourMs);
    expect((await system.state(user)).subscription).toMatchObject({ status: 'active', term: { periodIndex: 1 } });
    const captures = system.provider.sends().filter(({ order }) => order.kind === 'capture');
    expect(captures.filter(({ isDone }) => isDone)).toHaveLength(1);
  });
});

describe('a second cancel at the end of the period', () => {
  test('abandons the page that was opened since the first', async () => {
    const system = await createSystemWithActive(user);
    const method = (await system.state(user)).methods[0]?.id ?? '';
    system.provider.setMethod(method, { always: 'insufficient_funds' });
    await system.pass(28 * dayMs + hourMs, 6 * hourMs);
    await system.cancel(user);
    await system.pay(user, { tariffId: tariffs.year.id });
    expect((await system.state(user)).payment?.state).toBe('requires_action');
    await system.cancel(user);
    expect((await system.state(user)).payment).toBe(null);
  });
});

describe('an expiry announced long ago', () => {
  test('gives no free day to a subscription whose renewal is still ahead', async () => {
    const system = await createSystemWithActive(user);
    const { subscription } = await system.state(user);
    system.clock.advance(60 * dayMs);
    await handleTimer(
      system.services,
      user,
      { type: 'subscription.expiry_due', subscriptionId: subscription?.id ?? '', dueAt: 0 },
      trace,
    );
    // The charge waits a day for its notice.
    await system.pass(dayMs);
    const state = await system.state(user);
    // Paid after a gap: the new period begins with the capture.
    expect(state.subscription).toMatchObject({ term: { periodIndex: 1, periodStart: system.clock.now() } });
  });
});

describe('a subscriber whose paid time is over', () => {
  test('may buy again although the expiry has not been handled yet', async () => {
    const system = await createSystemWithActive(user, { renew: false });
    system.clock.advance(60 * dayMs);
    const again = await system.pay(user);
    expect((await system.outcome(user, again.commandId))?.kind).toBe('requires_action');
  });
});
