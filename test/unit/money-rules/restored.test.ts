import { describe, expect, test } from '@jest/globals';
import { dayMs, hourMs, minuteMs } from '../../../src/domain/model/instant.ts';
import { createSystemWithActive, createTestSystem, type TestSystem, tariffs } from '../../support/test-system.ts';
import { beforeRenewal, user } from './restored-system.ts';

// The database goes back to a backup, and the provider, the topics and their readers do not (docs/disaster.md).

const other = '22222222-2222-4222-8222-222222222222';

const payments = (system: TestSystem, status: string) =>
  system.provider.entries().filter(({ object }) => object.object === 'payment' && object.status === status);
const refunds = (system: TestSystem) => system.provider.entries().filter(({ object }) => object.object === 'refund');

describe('a charge that was made after the backup', () => {
  test('is not made again, when its key is forgotten', async () => {
    const { system, backup } = await beforeRenewal();
    await system.pass(2 * hourMs);
    expect(payments(system, 'succeeded')).toHaveLength(2);
    // The services stand still for longer than a key lives.
    system.clock.set(system.clock.now() + 25 * hourMs);
    await system.restore(backup);
    await system.pass(2 * dayMs);
    expect(payments(system, 'succeeded')).toHaveLength(2);
    expect(refunds(system)).toHaveLength(0);
    const { subscription, captures, recalled } = await system.state(user);
    expect(subscription).toMatchObject({ status: 'active', term: { periodIndex: 1 }, held: null });
    expect(captures.map(({ periodKey }) => periodKey)).toEqual(['initial', 'period:1']);
    expect(recalled).toEqual([]);
    expect(system.errorLines()).toEqual([]);
  });

  test('is made once for each of several periods', async () => {
    const system = await createSystemWithActive(user, { tariffId: tariffs.day.id });
    await system.pass(12 * hourMs);
    const backup = system.backUp();
    await system.pass(3 * dayMs);
    expect(payments(system, 'succeeded')).toHaveLength(4);
    system.clock.set(system.clock.now() + 25 * hourMs);
    await system.restore(backup);
    expect(await system.state(user)).toMatchObject({ recalled: [], subscription: { term: { periodIndex: 3 } } });
    await system.pass(8 * dayMs, hourMs);
    const { captures, subscription, recalled } = await system.state(user);
    expect(recalled).toEqual([]);
    expect(subscription).toMatchObject({ status: 'active', held: null });
    expect(new Set(captures.map(({ periodKey }) => periodKey)).size).toBe(captures.length);
    expect(payments(system, 'succeeded')).toHaveLength(captures.length);
    expect(refunds(system)).toHaveLength(0);
  });

  test('is a declined attempt: the next one has a key of its own', async () => {
    const { system, backup } = await beforeRenewal();
    const { methods } = await system.state(user);
    const [method] = methods;
    system.provider.setMethod(method?.id ?? '', { next: 'insufficient_funds' });
    await system.pass(2 * hourMs);
    expect(payments(system, 'canceled')).toHaveLength(1);
    system.clock.set(system.clock.now() + 25 * hourMs);
    await system.restore(backup);
    await system.pass(10 * dayMs, hourMs);
    expect(payments(system, 'canceled')).toHaveLength(1);
    expect(payments(system, 'succeeded')).toHaveLength(2);
    const keys = system.provider.entries().map(({ idempotenceKey }) => idempotenceKey);
    expect(new Set(keys).size).toBe(keys.length);
  });

  test('keeps its money where the subscriber canceled after it', async () => {
    const { system, backup } = await beforeRenewal();
    await system.pass(2 * hourMs);
    const cancel = system.cancelCommand(user, 'period_end');
    await system.deliver(cancel);
    system.clock.set(system.clock.now() + 25 * hourMs);
    await system.restore(backup);
    await system.deliver(cancel);
    await system.pass(2 * dayMs);
    expect(refunds(system)).toHaveLength(0);
    const { subscription } = await system.state(user);
    expect(subscription).toMatchObject({ status: 'active', cancelAtPeriodEnd: true, term: { periodIndex: 1 } });
  });
});

describe('a command that was acknowledged after the backup', () => {
  test('takes its page by the terms that were shown on the day it was given', async () => {
    const system = createTestSystem();
    const backup = system.backUp();
    const { price, period } = tariffs.month;
    const firstChargeAt = system.clock.now();
    const shown = { firstAmount: price, firstChargeAt, thenAmount: price, period, cancelHow: 'in your account' };
    const command = system.payCommand(user, { terms: { version: '2026-01', locale: 'ru-RU', shown } });
    await system.deliver(command);
    await system.payPage(user);
    system.clock.set(system.clock.now() + 5 * dayMs);
    await system.restore(backup);
    await system.deliver(command);
    await system.pass(hourMs);
    expect(await system.state(user)).toMatchObject({ subscription: { status: 'active' }, recalled: [] });
    expect(payments(system, 'succeeded')).toHaveLength(1);
  });

  test('is carried out again once, also when its document no longer holds it', async () => {
    const system = await createSystemWithActive(user);
    const backup = system.backUp();
    const command = system.cancelCommand(user, 'period_end');
    await system.deliver(command);
    await system.pass(hourMs);
    await system.restore(backup);
    await system.deliver(command);
    for (let more = 0; more < 60; more += 1) await system.deliver(system.payCommand(user));
    await system.pass(hourMs);
    const { commands, eventSeq } = await system.state(user);
    expect(commands.map(({ id }) => id)).not.toContain(command.commandId);
    await system.deliver(command);
    expect((await system.state(user)).eventSeq).toBe(eventSeq);
    expect((await system.state(user)).commands).toEqual(commands);
  });

  test('buys what was paid, also for a user whom the backup does not know', async () => {
    const system = createTestSystem();
    const backup = system.backUp();
    const bought = await system.pay(user);
    await system.payPage(user);
    system.clock.set(system.clock.now() + 25 * hourMs);
    await system.restore(backup);
    expect((await system.state(user)).recalled).toHaveLength(1);
    await system.deliver(bought);
    await system.pass(hourMs);
    expect(payments(system, 'succeeded')).toHaveLength(1);
    expect(await system.outcome(user, bought.commandId)).toMatchObject({ kind: 'completed' });
    expect(await system.state(user)).toMatchObject({ subscription: { status: 'active' }, recalled: [] });
    expect(system.errorLines()).toEqual([]);
  });

  test('waits until what the one before it has taken is read, although the clocks of two machines differ', async () => {
    const system = createTestSystem();
    const backup = system.backUp();
    const bought = await system.pay(user);
    await system.payPage(user);
    const cancel = system.cancelCommand(user, 'period_end');
    await system.deliver(cancel);
    system.clock.set(system.clock.now() + hourMs);
    await system.restore(backup);
    system.clock.set(system.clock.now() - 5 * minuteMs);
    system.provider.failReads(1);
    await system.deliver(bought);
    await expect(system.deliver(cancel)).rejects.toThrow('is not read yet');
    await system.pass(hourMs);
    await system.deliver(cancel);
    const { subscription } = await system.state(user);
    expect(subscription).toMatchObject({ status: 'active', cancelAtPeriodEnd: true });
    expect(refunds(system)).toEqual([]);
  });

  test('is named where it ends before the one that it waits for is read, and readers hear that there is no access', async () => {
    const system = createTestSystem();
    const backup = system.backUp();
    const bought = await system.pay(user);
    await system.payPage(user);
    const cancel = system.cancelCommand(user, 'period_end');
    await system.deliver(cancel);
    await system.restore(backup);
    system.provider.failReads(100);
    await system.deliver(bought);
    await system.pass(2 * hourMs);
    await system.deliver(cancel);
    await system.services.relay.idle();
    expect(await system.outcome(user, bought.commandId)).toEqual({ kind: 'rejected', reason: 'canceled' });
    const named = { rule: 'contradiction', subjectId: bought.commandId };
    expect(system.facts(user)).toContainEqual(expect.objectContaining({ type: 'invariant.violated', ...named }));
    const [last] = system
      .facts(user)
      .filter(({ type }) => type === 'entitlement.changed')
      .slice(-1);
    expect(last).toMatchObject({ active: false });
    system.provider.failReads(0);
    await system.pass(dayMs);
    expect(refunds(system)).toMatchObject([{ object: { status: 'succeeded' } }]);
  });

  test('has expired and was not paid: it is named', async () => {
    const system = await createSystemWithActive(other);
    const backup = system.backUp();
    system.provider.script('not_done');
    const bought = await system.pay(user);
    system.clock.set(system.clock.now() + 25 * hourMs);
    await system.restore(backup);
    await system.deliver(bought);
    expect(await system.outcome(user, bought.commandId)).toEqual({ kind: 'rejected', reason: 'command_expired' });
    expect(system.errorLines()).toMatchObject([{ fields: { subjectId: bought.commandId, rule: 'contradiction' } }]);
  });

  test('gave money back: it does not give it back again', async () => {
    const system = await createSystemWithActive(user);
    await system.pass(dayMs);
    const backup = system.backUp();
    await system.pass(dayMs);
    const cancel = { ...system.cancelCommand(user, 'immediate'), refund: 'prorated' as const };
    await system.deliver(cancel);
    await system.pass(hourMs);
    const [before] = refunds(system);
    expect(refunds(system)).toHaveLength(1);
    system.clock.set(system.clock.now() + 50 * hourMs);
    await system.restore(backup);
    await system.deliver(cancel);
    await system.pass(2 * dayMs);
    expect(refunds(system)).toEqual([before]);
    const { subscription, captures, refunds: open, recalled } = await system.state(user);
    expect(subscription).toMatchObject({ status: 'canceled' });
    expect(captures[0]?.refundedMinor).toBe(before?.object.amount.amountMinor);
    expect([open, recalled]).toEqual([[], []]);
  });
});

test('a page that is found to be paid late has the refund that the provider has, with all its attempts', async () => {
  const system = createTestSystem();
  await system.pay(user, { tariffId: tariffs.day.id });
  const page = (await system.state(user)).payment?.providerPaymentId ?? '';
  await system.cancel(user);
  const backup = system.backUp();
  system.provider.scriptRefunds('general_decline', 'general_decline');
  system.provider.finish(page, 'succeeded');
  await system.hint('payment', page);
  // The last attempt is made more than a day after the page.
  await system.pass(30 * hourMs, hourMs);
  const made = refunds(system).map(({ object }) => object.id);
  expect(made).toHaveLength(3);
  system.clock.set(system.clock.now() + dayMs);
  await system.restore(backup);
  const { refunds: open, recalled } = await system.state(user);
  expect(open).toMatchObject([{ providerRefundId: made[2], earlierRefundIds: made.slice(0, 2) }]);
  expect(recalled).toEqual([]);
  await system.pass(2 * dayMs, hourMs);
  expect(refunds(system).map(({ object }) => object.id)).toEqual(made);
  expect(await system.state(user)).toMatchObject({ refunds: [], recalled: [], watched: [] });
  expect(payments(system, 'succeeded')).toHaveLength(1);
});
