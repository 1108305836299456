import { describe, expect, test } from '@jest/globals';
import { dayMs, hourMs, minuteMs } from '../../../src/domain/model/instant.ts';
import { createTestSystem, createSystemWithActive } from '../../support/test-system.ts';

const user = '11111111-1111-4111-8111-111111111111';

const types = (events: readonly { type: string }[]) => events.map((event) => event.type);

describe('cancelling', () => {
  test('at period end keeps access to the end, never charges again, and expires at the period end', async () => {
    const system = await createSystemWithActive(user);
    await system.cancel(user);
    expect((await system.state(user)).entitlement?.active).toBe(true);
    await system.pass(29 * dayMs, 6 * hourMs);
    expect((await system.state(user)).subscription).toMatchObject({ status: 'expired', cause: 'user_canceled' });
    expect((await system.state(user)).entitlement?.active).toBe(false);
    expect(system.provider.sends().filter((send) => send.order.kind === 'charge')).toEqual([]);
  });

  test('immediately ends access in the same save', async () => {
    const system = await createSystemWithActive(user);
    await system.cancel(user, 'immediate');
    const state = await system.state(user);
    expect([state.subscription?.status, state.entitlement?.active]).toEqual(['canceled', false]);
  });

  test.each([
    ['an hour and more before', -hourMs - 1, 'active', null],
    ['up to an hour before, because clocks differ', -hourMs, 'canceled', expect.any(String)],
  ] as const)('an order that was accepted %s the purchase: %s ms, then %s', async (_name, byMs, status, id) => {
    const system = await createSystemWithActive(user);
    const { subscription } = await system.state(user);
    const late = system.cancelCommand(user, 'immediate', (subscription?.orderedAt ?? 0) + byMs);
    await system.deliver(late);
    expect((await system.state(user)).subscription?.status).toBe(status);
    expect(await system.outcome(user, late.commandId)).toEqual({ kind: 'completed', subscriptionId: id });
  });

  test('a charge that hangs while the cancel is handled renews nothing and is refunded if it succeeds', async () => {
    const system = await createSystemWithActive(user);
    await system.pass(25 * dayMs, 6 * hourMs);
    system.provider.script('hang');
    system.clock.set(Date.parse('2026-02-28T09:00:00.000Z'));
    const settling = system.runDue();
    for (let turn = 0; turn < 200 && system.provider.sends().length < 2; turn += 1) await new Promise(setImmediate);
    await system.cancel(user);
    system.provider.release('answer');
    system.clock.advance(3_000);
    await settling;
    await system.pass(hourMs);
    const state = await system.state(user);
    expect(state.subscription).toMatchObject({ status: 'expired', cause: 'user_canceled', term: { periodIndex: 0 } });
    expect(types(system.facts(user))).toEqual(expect.arrayContaining(['payment.late_success', 'refund.succeeded']));
  });

  test('a renewal charged after the cancel was accepted, but before it was handled, is refunded', async () => {
    const system = await createSystemWithActive(user);
    await system.pass(25 * dayMs, 6 * hourMs);
    system.clock.set(Date.parse('2026-02-28T08:59:00.000Z'));
    const cancel = system.cancelCommand(user, 'period_end');
    await system.pass(2 * minuteMs, minuteMs);
    expect((await system.state(user)).subscription).toMatchObject({ term: { periodIndex: 1 } });
    await system.deliver(cancel);
    await system.runDue();
    const state = await system.state(user);
    expect(state.subscription).toMatchObject({ status: 'expired', cause: 'user_canceled', term: { periodIndex: 0 } });
    expect(types(system.facts(user))).toContain('refund.succeeded');
  });

  test('an unpaid purchase is over at once; its page is watched and refunded when it is paid after all', async () => {
    const system = createTestSystem();
    await system.pay(user);
    const page = (await system.state(user)).payment?.providerPaymentId ?? '';
    await system.cancel(user);
    expect((await system.state(user)).subscription).toMatchObject({
      status: 'incomplete_expired',
      cause: 'user_canceled',
    });
    system.provider.finish(page, 'succeeded');
    await system.hint('payment', page);
    expect(types(system.facts(user)).slice(-2)).toEqual(['refund.requested', 'refund.succeeded']);
    expect((await system.state(user)).entitlement).toBeNull();
  });

  test('with nothing to cancel is completed', async () => {
    const system = createTestSystem();
    const command = await system.cancel(user);
    expect(await system.outcome(user, command.commandId)).toEqual({ kind: 'completed', subscriptionId: null });
  });
});
