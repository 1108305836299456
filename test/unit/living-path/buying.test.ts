import { describe, expect, test } from '@jest/globals';
import { hourMs, minuteMs, toIso } from '../../../src/domain/model/instant.ts';
import { createTestSystem, createSystemWithActive, noon, tariffs } from '../../support/test-system.ts';

const user = '11111111-1111-4111-8111-111111111111';

const types = (events: readonly { type: string }[]) => events.map((event) => event.type);

describe('buying', () => {
  test('opens a page, activates at the capture time, and publishes access once', async () => {
    const system = createTestSystem();
    const command = await system.pay(user);
    expect(await system.outcome(user, command.commandId)).toMatchObject({ kind: 'requires_action' });
    system.clock.advance(5 * minuteMs);
    await system.payPage(user);
    const { subscription } = await system.state(user);
    expect(subscription).toMatchObject({ status: 'active', autoRenew: true });
    expect(subscription?.status === 'active' && toIso(subscription.term.periodStart)).toBe('2026-01-31T09:05:00.000Z');
    expect(subscription?.status === 'active' && toIso(subscription.term.periodEnd)).toBe('2026-02-28T09:05:00.000Z');
    expect(types(system.facts(user))).toEqual([
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
    const system = createTestSystem();
    const command = await system.pay(user);
    const before = await system.state(user);
    expect(await system.deliver(command)).toEqual({ kind: 'ignored', reason: 'repeat' });
    expect(await system.state(user)).toEqual(before);
    expect(system.provider.sends()).toHaveLength(1);
  });

  test('the same terms get the same page, other terms a new one, and the old one is watched', async () => {
    const system = createTestSystem();
    const first = await system.pay(user);
    const same = await system.pay(user);
    expect(await system.outcome(user, same.commandId)).toEqual(await system.outcome(user, first.commandId));
    expect(system.provider.sends()).toHaveLength(1);
    await system.pay(user, { tariffId: tariffs.year.id });
    const state = await system.state(user);
    expect(state.watched).toHaveLength(1);
    expect(state.payment?.amount.amountMinor).toBe(299_000);
  });

  test('a superseded page that is paid after all is refunded in full', async () => {
    const system = createTestSystem();
    await system.pay(user);
    const old = (await system.state(user)).payment;
    await system.pay(user, { tariffId: tariffs.year.id });
    await system.payPage(user);
    system.provider.finish(old?.providerPaymentId ?? '', 'succeeded');
    await system.hint('payment', old?.providerPaymentId ?? '');
    const state = await system.state(user);
    expect(state.watched).toEqual([]);
    expect(state.refunds).toEqual([]);
    expect(state.subscription).toMatchObject({ status: 'active', tariff: { alias: 'year' } });
    expect(types(system.facts(user)).slice(-3)).toEqual([
      'payment.late_success',
      'refund.requested',
      'refund.succeeded',
    ]);
  });

  test('is refused while active, and the reason says so', async () => {
    const system = await createSystemWithActive(user);
    const again = await system.pay(user);
    expect(await system.outcome(user, again.commandId)).toEqual({ kind: 'rejected', reason: 'already_subscribed' });
  });

  test('a command older than its notAfter is refused and never charged', async () => {
    const system = createTestSystem();
    const command = system.payCommand(user);
    system.clock.advance(16 * minuteMs);
    await system.deliver(command);
    expect(await system.outcome(user, command.commandId)).toEqual({ kind: 'rejected', reason: 'command_expired' });
    expect(system.provider.sends()).toEqual([]);
  });

  test('an unpaid page expires when the provider reports it, and the purchase with it', async () => {
    const system = createTestSystem();
    system.provider.keepPagesOpen();
    await system.pay(user);
    const page = (await system.state(user)).payment?.providerPaymentId ?? '';
    await system.pass(2 * hourMs);
    expect((await system.state(user)).subscription?.status).toBe('incomplete');
    system.provider.finish(page, 'expired_on_confirmation');
    await system.pass(2 * hourMs);
    expect((await system.state(user)).subscription).toMatchObject({ status: 'incomplete_expired', cause: 'not_paid' });
  });

  test('a page paid without any notification is found by polling', async () => {
    const system = createTestSystem();
    await system.pay(user);
    system.provider.finish((await system.state(user)).payment?.providerPaymentId ?? '', 'succeeded');
    await system.pass(minuteMs, 10_000);
    expect((await system.state(user)).subscription?.status).toBe('active');
  });
});

describe('the outbox', () => {
  test('messages that an outage of the broker held back are published by the sweep, in order', async () => {
    const system = createTestSystem();
    system.breakBroker(true);
    await system.pay(user);
    expect(system.facts(user)).toEqual([]);
    system.breakBroker(false);
    system.clock.set(noon + minuteMs);
    await system.sweep();
    expect(types(system.facts(user))).toEqual(['subscription.created', 'payment.created', 'payment.requires_action']);
  });
});
