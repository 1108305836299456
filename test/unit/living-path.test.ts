import { describe, expect, test } from '@jest/globals';
import { dayMs, hourMs, minuteMs, toIso } from '../../src/domain/instant.ts';
import { createHouse, houseWithActive, noon, tariffs } from '../support/house.ts';

const types = (events: readonly { type: string }[]) => events.map((event) => event.type);

describe('buying', () => {
  test('opens a page, activates at the capture time, and tells access once', async () => {
    const house = createHouse();
    const command = await house.pay('u1');
    expect(await house.outcome('u1', command.commandId)).toMatchObject({ kind: 'requires_action' });
    house.clock.advance(5 * minuteMs);
    await house.payPage('u1');
    const { subscription } = await house.state('u1');
    expect(subscription).toMatchObject({ status: 'active', autoRenew: true });
    expect(subscription?.status === 'active' && toIso(subscription.term.periodStart)).toBe('2026-01-31T09:05:00.000Z');
    expect(subscription?.status === 'active' && toIso(subscription.term.periodEnd)).toBe('2026-02-28T09:05:00.000Z');
    expect(types(house.facts('u1'))).toEqual([
      'subscription.created',
      'payment.created',
      'payment.requires_action',
      'payment.succeeded',
      'payment_method.saved',
      'subscription.activated',
      'entitlement.changed',
    ]);
  });

  test('the same command delivered again changes nothing', async () => {
    const house = createHouse();
    const command = await house.pay('u1');
    const before = await house.state('u1');
    expect(await house.deliver(command)).toEqual({ kind: 'ignored', reason: 'repeat' });
    expect(await house.state('u1')).toEqual(before);
    expect(house.provider.sends()).toHaveLength(1);
  });

  test('identical terms get the same page, other terms a new one while the old is watched', async () => {
    const house = createHouse();
    const first = await house.pay('u1');
    const same = await house.pay('u1');
    expect(await house.outcome('u1', same.commandId)).toEqual(await house.outcome('u1', first.commandId));
    expect(house.provider.sends()).toHaveLength(1);
    await house.pay('u1', { tariffId: tariffs.year.id });
    const state = await house.state('u1');
    expect(state.watched).toHaveLength(1);
    expect(state.payment?.amount.amountMinor).toBe(299_000);
  });

  test('a superseded page that is paid after all is refunded in full', async () => {
    const house = createHouse();
    await house.pay('u1');
    const old = (await house.state('u1')).payment;
    await house.pay('u1', { tariffId: tariffs.year.id });
    await house.payPage('u1');
    house.provider.finish(old?.providerPaymentId ?? '', 'succeeded');
    await house.hint('payment', old?.providerPaymentId ?? '');
    const state = await house.state('u1');
    expect(state.watched).toEqual([]);
    expect(state.refunds).toEqual([]);
    expect(state.subscription).toMatchObject({ status: 'active', tariff: { alias: 'year' } });
    expect(types(house.facts('u1')).slice(-3)).toEqual([
      'payment.late_success',
      'refund.requested',
      'refund.succeeded',
    ]);
  });

  test('is refused while active, and the reason says so', async () => {
    const house = await houseWithActive('u1');
    const again = await house.pay('u1');
    expect(await house.outcome('u1', again.commandId)).toEqual({ kind: 'rejected', reason: 'already_subscribed' });
  });

  test('a command older than its notAfter is refused and never charged', async () => {
    const house = createHouse();
    const command = house.payCommand('u1');
    house.clock.advance(16 * minuteMs);
    await house.deliver(command);
    expect(await house.outcome('u1', command.commandId)).toEqual({ kind: 'rejected', reason: 'command_expired' });
    expect(house.provider.sends()).toEqual([]);
  });

  test('an unpaid page expires by the provider word, and the purchase with it', async () => {
    const house = createHouse();
    await house.pay('u1');
    const page = (await house.state('u1')).payment?.providerPaymentId ?? '';
    await house.pass(2 * hourMs);
    expect((await house.state('u1')).subscription?.status).toBe('incomplete');
    house.provider.finish(page, 'expired_on_confirmation');
    await house.pass(2 * hourMs);
    expect((await house.state('u1')).subscription).toMatchObject({ status: 'incomplete_expired', cause: 'not_paid' });
  });

  test('a page paid without any notification is found by polling', async () => {
    const house = createHouse();
    await house.pay('u1');
    house.provider.finish((await house.state('u1')).payment?.providerPaymentId ?? '', 'succeeded');
    await house.pass(minuteMs, 10_000);
    expect((await house.state('u1')).subscription?.status).toBe('active');
  });
});

describe('renewing', () => {
  test('charges the saved method at the end of the period, and the periods tile', async () => {
    const house = await houseWithActive('u1');
    await house.pass(28 * dayMs + hourMs, 6 * hourMs);
    const { subscription } = await house.state('u1');
    expect(
      subscription?.status === 'active' && [
        subscription.term.periodIndex,
        toIso(subscription.term.periodStart),
        toIso(subscription.term.periodEnd),
      ],
    ).toEqual([1, '2026-02-28T09:00:00.000Z', '2026-03-31T09:00:00.000Z']);
    expect(house.provider.sends().map((send) => send.order.kind)).toEqual(['checkout', 'charge']);
  });

  test('a declined renewal is past due with grace, retried on the ladder and recovered on the original boundary', async () => {
    const house = await houseWithActive('u1');
    const method = (await house.state('u1')).methods[0]?.id ?? '';
    house.provider.setMethod(method, { next: 'insufficient_funds', always: 'succeeded' });
    await house.pass(28 * dayMs, 6 * hourMs);
    expect((await house.state('u1')).subscription?.status).toBe('past_due');
    expect((await house.state('u1')).entitlement?.active).toBe(true);
    await house.pass(2 * dayMs, hourMs);
    const { subscription } = await house.state('u1');
    expect(subscription?.status === 'active' && toIso(subscription.term.periodEnd)).toBe('2026-03-31T09:00:00.000Z');
    expect(types(house.facts('u1'))).toContain('subscription.past_due');
    const renewed = house.facts('u1').find((event) => event.type === 'subscription.renewed');
    expect(renewed).toMatchObject({ recovered: true, attemptNo: 2 });
  });

  test('the ladder is walked to its end, access closes after grace, and the subscription expires exhausted', async () => {
    const house = await houseWithActive('u1');
    const method = (await house.state('u1')).methods[0]?.id ?? '';
    house.provider.setMethod(method, { always: 'insufficient_funds' });
    await house.pass(28 * dayMs + 4 * dayMs, 6 * hourMs);
    expect((await house.state('u1')).subscription?.status).toBe('past_due');
    expect((await house.state('u1')).entitlement?.active).toBe(false);
    await house.pass(20 * dayMs, 6 * hourMs);
    expect((await house.state('u1')).subscription).toMatchObject({ status: 'expired', cause: 'dunning_exhausted' });
    const charges = house.provider.sends().filter((send) => send.order.kind === 'charge');
    expect(charges).toHaveLength(7);
    expect(new Set(charges.map((send) => send.idempotenceKey)).size).toBe(7);
  });

  test('a hard decline stops at once; a new card on a page recovers after the gap with a new anchor', async () => {
    const house = await houseWithActive('u1');
    const method = (await house.state('u1')).methods[0]?.id ?? '';
    house.provider.setMethod(method, { always: 'insufficient_funds' });
    await house.pass(33 * dayMs, 6 * hourMs);
    expect((await house.state('u1')).entitlement?.active).toBe(false);
    await house.pay('u1');
    expect((await house.state('u1')).payment).toMatchObject({ kind: 'checkout', periodKey: 'period:1' });
    const paidAt = house.clock.now();
    await house.payPage('u1');
    const { subscription } = await house.state('u1');
    expect(subscription?.status === 'active' && subscription.term).toMatchObject({
      periodIndex: 1,
      anchor: paidAt,
      anchorIndex: 1,
      periodStart: paidAt,
    });
  });

  test('a hard decline makes no further attempt and ends when grace is over', async () => {
    const house = await houseWithActive('u1');
    const method = (await house.state('u1')).methods[0]?.id ?? '';
    house.provider.setMethod(method, { always: 'card_expired' });
    await house.pass(32 * dayMs, 6 * hourMs);
    expect((await house.state('u1')).subscription).toMatchObject({ status: 'expired', cause: 'hard_declined' });
    expect(house.provider.sends().filter((send) => send.order.kind === 'charge')).toHaveLength(1);
  });
});

describe('unknown outcomes', () => {
  test('a charge whose answer was lost is repeated with the same key and bytes, and charged once', async () => {
    const house = await houseWithActive('u1');
    house.provider.script('lost');
    await house.pass(28 * dayMs, 6 * hourMs);
    expect((await house.state('u1')).payment?.state).toBe('unknown');
    await house.pass(5 * minuteMs, 10_000);
    expect((await house.state('u1')).subscription).toMatchObject({ status: 'active', term: { periodIndex: 1 } });
    const charges = house.provider.sends().filter((send) => send.order.kind === 'charge');
    expect(new Set(charges.map((send) => send.idempotenceKey)).size).toBe(1);
    expect(house.provider.entries().filter((entry) => entry.order.kind === 'charge')).toHaveLength(1);
  });

  test('nothing expires while a charge is unknown, and no key is sent 23 h after its first send', async () => {
    const house = await houseWithActive('u1');
    house.provider.script(...Array.from({ length: 40 }, () => 'not_done' as const));
    await house.pass(28 * dayMs, 6 * hourMs);
    await house.pass(2 * dayMs, 10 * minuteMs);
    const charges = house.provider.sends().filter((send) => send.order.kind === 'charge');
    expect(charges.length).toBeGreaterThan(20);
    for (const sends of Map.groupBy(charges, (send) => send.idempotenceKey).values()) {
      const times = sends.map((send) => send.at);
      expect(Math.max(...times) - Math.min(...times)).toBeLessThan(23 * hourMs);
    }
    expect((await house.state('u1')).entitlement?.active).toBe(true);
  });

  test('a charge proved absent after its key has died is aborted and tried anew with another key', async () => {
    const house = await houseWithActive('u1');
    house.provider.script(...Array.from({ length: 28 }, () => 'not_done' as const));
    await house.pass(28 * dayMs, 6 * hourMs);
    await house.pass(3 * dayMs, 10 * minuteMs);
    const keys = new Set(
      house.provider
        .sends()
        .filter((send) => send.order.kind === 'charge')
        .map((send) => send.idempotenceKey),
    );
    expect(keys.size).toBe(2);
    expect((await house.state('u1')).subscription).toMatchObject({ status: 'active', term: { periodIndex: 1 } });
    expect(house.provider.entries().filter((entry) => entry.order.kind === 'charge')).toHaveLength(1);
  });
});

describe('cancelling', () => {
  test('at period end keeps access to the end, never charges again, and expires as the user ordered', async () => {
    const house = await houseWithActive('u1');
    await house.cancel('u1');
    expect((await house.state('u1')).entitlement?.active).toBe(true);
    await house.pass(29 * dayMs, 6 * hourMs);
    expect((await house.state('u1')).subscription).toMatchObject({ status: 'expired', cause: 'user_canceled' });
    expect((await house.state('u1')).entitlement?.active).toBe(false);
    expect(house.provider.sends().filter((send) => send.order.kind === 'charge')).toEqual([]);
  });

  test('immediately ends access in the same save', async () => {
    const house = await houseWithActive('u1');
    await house.cancel('u1', 'immediate');
    const state = await house.state('u1');
    expect([state.subscription?.status, state.entitlement?.active]).toEqual(['canceled', false]);
  });

  test('a charge that hangs while the cancel is handled renews nothing and is refunded if it succeeds', async () => {
    const house = await houseWithActive('u1');
    house.provider.script('hang');
    house.clock.set(Date.parse('2026-02-28T09:00:00.000Z'));
    const settling = house.settle();
    for (let turn = 0; turn < 200 && house.provider.sends().length < 2; turn += 1) await new Promise(setImmediate);
    await house.cancel('u1');
    house.provider.release('answer');
    house.clock.advance(3_000);
    await settling;
    await house.pass(hourMs);
    const state = await house.state('u1');
    expect(state.subscription).toMatchObject({ status: 'expired', cause: 'user_canceled', term: { periodIndex: 0 } });
    expect(types(house.facts('u1'))).toEqual(expect.arrayContaining(['payment.late_success', 'refund.succeeded']));
  });

  test('a renewal charged after the cancel was accepted, but before it was handled, is taken back', async () => {
    const house = await houseWithActive('u1');
    house.clock.set(Date.parse('2026-02-28T08:59:00.000Z'));
    const cancel = house.cancelCommand('u1', 'period_end');
    await house.pass(2 * minuteMs, minuteMs);
    expect((await house.state('u1')).subscription).toMatchObject({ term: { periodIndex: 1 } });
    await house.deliver(cancel);
    await house.settle();
    const state = await house.state('u1');
    expect(state.subscription).toMatchObject({ status: 'expired', cause: 'user_canceled', term: { periodIndex: 0 } });
    expect(types(house.facts('u1'))).toContain('refund.succeeded');
  });

  test('an unpaid purchase is over at once; its page is watched and refunded when it is paid after all', async () => {
    const house = createHouse();
    await house.pay('u1');
    const page = (await house.state('u1')).payment?.providerPaymentId ?? '';
    await house.cancel('u1');
    expect((await house.state('u1')).subscription).toMatchObject({
      status: 'incomplete_expired',
      cause: 'user_canceled',
    });
    house.provider.finish(page, 'succeeded');
    await house.hint('payment', page);
    expect(types(house.facts('u1')).slice(-2)).toEqual(['refund.requested', 'refund.succeeded']);
    expect((await house.state('u1')).entitlement).toBeNull();
  });

  test('with nothing to cancel is a completed order', async () => {
    const house = createHouse();
    const command = await house.cancel('u1');
    expect(await house.outcome('u1', command.commandId)).toEqual({ kind: 'completed', subscriptionId: null });
  });
});

describe('a provider that contradicts the order', () => {
  test('holds the subscription, and no timer charges it', async () => {
    const house = await houseWithActive('u1');
    house.provider.script('lost');
    await house.pass(28 * dayMs, 6 * hourMs);
    const charge = house.provider.entries().at(-1)?.object.id ?? '';
    house.provider.alter(charge, { amount: { amountMinor: 1, currency: 'RUB' } });
    await house.pass(2 * dayMs, hourMs);
    const state = await house.state('u1');
    expect(state.subscription).toMatchObject({
      status: 'active',
      held: { reason: expect.stringContaining('another amount') },
    });
    expect(state.entitlement?.active).toBe(true);
    expect(types(house.facts('u1'))).toContain('invariant.violated');
  });
});

describe('the outbox', () => {
  test('what a dead broker kept back is published by the sweep, in order', async () => {
    const house = createHouse();
    house.breakBroker(true);
    await house.pay('u1');
    expect(house.facts('u1')).toEqual([]);
    house.breakBroker(false);
    house.clock.set(noon + minuteMs);
    await house.sweep();
    expect(types(house.facts('u1'))).toEqual(['subscription.created', 'payment.created', 'payment.requires_action']);
  });
});
