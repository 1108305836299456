import { describe, expect, test } from '@jest/globals';
import { hourMs, minuteMs, toIso } from '../../../src/domain/instant.ts';
import { createHouse, houseWithActive, noon, tariffs } from '../../support/house.ts';

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
