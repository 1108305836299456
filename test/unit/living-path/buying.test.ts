import { describe, expect, test } from '@jest/globals';
import { hourMs, minuteMs, toIso } from '../../../src/domain/instant.ts';
import { createHouse, houseWithActive, noon, tariffs } from '../../support/house.ts';

const user = '11111111-1111-4111-8111-111111111111';

const types = (events: readonly { type: string }[]) => events.map((event) => event.type);

describe('buying', () => {
  test('opens a page, activates at the capture time, and tells access once', async () => {
    const house = createHouse();
    const command = await house.pay(user);
    expect(await house.outcome(user, command.commandId)).toMatchObject({ kind: 'requires_action' });
    house.clock.advance(5 * minuteMs);
    await house.payPage(user);
    const { subscription } = await house.state(user);
    expect(subscription).toMatchObject({ status: 'active', autoRenew: true });
    expect(subscription?.status === 'active' && toIso(subscription.term.periodStart)).toBe('2026-01-31T09:05:00.000Z');
    expect(subscription?.status === 'active' && toIso(subscription.term.periodEnd)).toBe('2026-02-28T09:05:00.000Z');
    expect(types(house.facts(user))).toEqual([
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
    const command = await house.pay(user);
    const before = await house.state(user);
    expect(await house.deliver(command)).toEqual({ kind: 'ignored', reason: 'repeat' });
    expect(await house.state(user)).toEqual(before);
    expect(house.provider.sends()).toHaveLength(1);
  });

  test('identical terms get the same page, other terms a new one while the old is watched', async () => {
    const house = createHouse();
    const first = await house.pay(user);
    const same = await house.pay(user);
    expect(await house.outcome(user, same.commandId)).toEqual(await house.outcome(user, first.commandId));
    expect(house.provider.sends()).toHaveLength(1);
    await house.pay(user, { tariffId: tariffs.year.id });
    const state = await house.state(user);
    expect(state.watched).toHaveLength(1);
    expect(state.payment?.amount.amountMinor).toBe(299_000);
  });

  test('a superseded page that is paid after all is refunded in full', async () => {
    const house = createHouse();
    await house.pay(user);
    const old = (await house.state(user)).payment;
    await house.pay(user, { tariffId: tariffs.year.id });
    await house.payPage(user);
    house.provider.finish(old?.providerPaymentId ?? '', 'succeeded');
    await house.hint('payment', old?.providerPaymentId ?? '');
    const state = await house.state(user);
    expect(state.watched).toEqual([]);
    expect(state.refunds).toEqual([]);
    expect(state.subscription).toMatchObject({ status: 'active', tariff: { alias: 'year' } });
    expect(types(house.facts(user)).slice(-3)).toEqual([
      'payment.late_success',
      'refund.requested',
      'refund.succeeded',
    ]);
  });

  test('is refused while active, and the reason says so', async () => {
    const house = await houseWithActive(user);
    const again = await house.pay(user);
    expect(await house.outcome(user, again.commandId)).toEqual({ kind: 'rejected', reason: 'already_subscribed' });
  });

  test('a command older than its notAfter is refused and never charged', async () => {
    const house = createHouse();
    const command = house.payCommand(user);
    house.clock.advance(16 * minuteMs);
    await house.deliver(command);
    expect(await house.outcome(user, command.commandId)).toEqual({ kind: 'rejected', reason: 'command_expired' });
    expect(house.provider.sends()).toEqual([]);
  });

  test('an unpaid page expires by the provider word, and the purchase with it', async () => {
    const house = createHouse();
    await house.pay(user);
    const page = (await house.state(user)).payment?.providerPaymentId ?? '';
    await house.pass(2 * hourMs);
    expect((await house.state(user)).subscription?.status).toBe('incomplete');
    house.provider.finish(page, 'expired_on_confirmation');
    await house.pass(2 * hourMs);
    expect((await house.state(user)).subscription).toMatchObject({ status: 'incomplete_expired', cause: 'not_paid' });
  });

  test('a page paid without any notification is found by polling', async () => {
    const house = createHouse();
    await house.pay(user);
    house.provider.finish((await house.state(user)).payment?.providerPaymentId ?? '', 'succeeded');
    await house.pass(minuteMs, 10_000);
    expect((await house.state(user)).subscription?.status).toBe('active');
  });
});

describe('the outbox', () => {
  test('what a dead broker kept back is published by the sweep, in order', async () => {
    const house = createHouse();
    house.breakBroker(true);
    await house.pay(user);
    expect(house.facts(user)).toEqual([]);
    house.breakBroker(false);
    house.clock.set(noon + minuteMs);
    await house.sweep();
    expect(types(house.facts(user))).toEqual(['subscription.created', 'payment.created', 'payment.requires_action']);
  });
});
