import { describe, expect, test } from '@jest/globals';
import { dayMs, hourMs, minuteMs } from '../../../src/domain/instant.ts';
import { createHouse, houseWithActive } from '../../support/house.ts';

const user = '11111111-1111-4111-8111-111111111111';

const types = (events: readonly { type: string }[]) => events.map((event) => event.type);

describe('cancelling', () => {
  test('at period end keeps access to the end, never charges again, and expires as the user ordered', async () => {
    const house = await houseWithActive(user);
    await house.cancel(user);
    expect((await house.state(user)).entitlement?.active).toBe(true);
    await house.pass(29 * dayMs, 6 * hourMs);
    expect((await house.state(user)).subscription).toMatchObject({ status: 'expired', cause: 'user_canceled' });
    expect((await house.state(user)).entitlement?.active).toBe(false);
    expect(house.provider.sends().filter((send) => send.order.kind === 'charge')).toEqual([]);
  });

  test('immediately ends access in the same save', async () => {
    const house = await houseWithActive(user);
    await house.cancel(user, 'immediate');
    const state = await house.state(user);
    expect([state.subscription?.status, state.entitlement?.active]).toEqual(['canceled', false]);
  });

  test('a charge that hangs while the cancel is handled renews nothing and is refunded if it succeeds', async () => {
    const house = await houseWithActive(user);
    house.provider.script('hang');
    house.clock.set(Date.parse('2026-02-28T09:00:00.000Z'));
    const settling = house.settle();
    for (let turn = 0; turn < 200 && house.provider.sends().length < 2; turn += 1) await new Promise(setImmediate);
    await house.cancel(user);
    house.provider.release('answer');
    house.clock.advance(3_000);
    await settling;
    await house.pass(hourMs);
    const state = await house.state(user);
    expect(state.subscription).toMatchObject({ status: 'expired', cause: 'user_canceled', term: { periodIndex: 0 } });
    expect(types(house.facts(user))).toEqual(expect.arrayContaining(['payment.late_success', 'refund.succeeded']));
  });

  test('a renewal charged after the cancel was accepted, but before it was handled, is taken back', async () => {
    const house = await houseWithActive(user);
    house.clock.set(Date.parse('2026-02-28T08:59:00.000Z'));
    const cancel = house.cancelCommand(user, 'period_end');
    await house.pass(2 * minuteMs, minuteMs);
    expect((await house.state(user)).subscription).toMatchObject({ term: { periodIndex: 1 } });
    await house.deliver(cancel);
    await house.settle();
    const state = await house.state(user);
    expect(state.subscription).toMatchObject({ status: 'expired', cause: 'user_canceled', term: { periodIndex: 0 } });
    expect(types(house.facts(user))).toContain('refund.succeeded');
  });

  test('an unpaid purchase is over at once; its page is watched and refunded when it is paid after all', async () => {
    const house = createHouse();
    await house.pay(user);
    const page = (await house.state(user)).payment?.providerPaymentId ?? '';
    await house.cancel(user);
    expect((await house.state(user)).subscription).toMatchObject({
      status: 'incomplete_expired',
      cause: 'user_canceled',
    });
    house.provider.finish(page, 'succeeded');
    await house.hint('payment', page);
    expect(types(house.facts(user)).slice(-2)).toEqual(['refund.requested', 'refund.succeeded']);
    expect((await house.state(user)).entitlement).toBeNull();
  });

  test('with nothing to cancel is a completed order', async () => {
    const house = createHouse();
    const command = await house.cancel(user);
    expect(await house.outcome(user, command.commandId)).toEqual({ kind: 'completed', subscriptionId: null });
  });
});
