import { describe, expect, test } from '@jest/globals';
import { dayMs, hourMs, minuteMs } from '../../../src/domain/model/instant.ts';
import { createSystemWithActive, tariffs, type TestSystem } from '../../support/test-system.ts';

const user = '11111111-1111-4111-8111-111111111111';

describe('a cancel handled after the subscription has ended by itself', () => {
  test('still refunds the renewal that was charged after its acceptance', async () => {
    const system = await createSystemWithActive(user, { tariffId: tariffs.day.id });
    const cancel = system.cancelCommand(user, 'period_end', system.clock.now() + hourMs);
    const method = (await system.state(user)).methods[0]?.id ?? '';
    await system.pass(dayMs + hourMs, hourMs);
    system.provider.setMethod(method, { always: 'card_expired' });
    await system.pass(5 * dayMs, hourMs);
    expect((await system.state(user)).subscription).toMatchObject({ status: 'expired', term: { periodIndex: 1 } });
    await system.deliver(cancel);
    await system.pass(hourMs);
    expect((await system.state(user)).captures.map(({ refundedMinor }) => refundedMinor > 0)).toEqual([false, true]);
  });
});

describe('an immediate cancel that is handled late', () => {
  test('refunds the renewal too, and ends access at once', async () => {
    const system = await createSystemWithActive(user, { tariffId: tariffs.day.id });
    const cancel = system.cancelCommand(user, 'immediate', system.clock.now() + hourMs);
    await system.pass(dayMs + hourMs, hourMs);
    await system.deliver(cancel);
    await system.pass(hourMs);
    expect((await system.state(user)).captures.map(({ refundedMinor }) => refundedMinor > 0)).toEqual([false, true]);
    expect((await system.state(user)).subscription?.status).toBe('canceled');
  });
});

describe('a cancel handled after a later one', () => {
  test('publishes the new end, because the later one published the end of a refunded period', async () => {
    const system = await createSystemWithActive(user, { tariffId: tariffs.day.id });
    const early = system.cancelCommand(user, 'period_end', system.clock.now() + hourMs);
    const promised = (await system.state(user)).subscription;
    await system.pass(dayMs + hourMs, hourMs);
    await system.cancel(user);
    const from = system.facts(user).length;
    await system.deliver(early);
    const published = system.facts(user).slice(from);
    const ends = published.find(
      ({ type }) => type === 'subscription.expired' || type === 'subscription.cancel_scheduled',
    );
    expect(ends).toMatchObject({ subscription: { term: { periodIndex: 0 } } });
    const { subscription } = await system.state(user);
    expect(subscription).toMatchObject({ status: 'expired', term: { periodIndex: 0 } });
    expect(promised).toMatchObject({ term: { periodIndex: 0 } });
  });

  test('gives back what was paid ahead of the period that is refunded', async () => {
    const system = await createSystemWithActive(user, { tariffId: tariffs.day.id });
    const early = system.cancelCommand(user, 'period_end', system.clock.now() + hourMs);
    await system.pass(dayMs + hourMs, hourMs);
    await system.cancel(user);
    await system.pay(user, { tariffId: tariffs.day.id, renew: false });
    await system.payPage(user);
    expect((await system.state(user)).subscription).toMatchObject({ status: 'active', term: { periodIndex: 2 } });
    await system.deliver(early);
    await system.pass(hourMs);
    const { captures, entitlement } = await system.state(user);
    expect(captures.map(({ refundedMinor }) => refundedMinor)).toEqual([0, 2_900, 2_900]);
    expect(entitlement).toMatchObject({ active: false });
  });
});

describe('a cancel of a past-due subscription that is handled after another tariff was bought in its place', () => {
  async function createReplaced() {
    const system = await createSystemWithActive(user);
    system.provider.setMethod((await system.state(user)).methods[0]?.id ?? '', { always: 'insufficient_funds' });
    await system.pass(28 * dayMs, 6 * hourMs);
    expect((await system.state(user)).subscription?.status).toBe('past_due');
    const cancel = system.cancelCommand(user, 'immediate');
    system.clock.advance(2 * hourMs);
    const order = system.payCommand(user, { tariffId: tariffs.year.id });
    system.clock.advance(5 * minuteMs);
    await system.deliver(order);
    return { system, cancel, order };
  }

  test('does not touch the one that was bought', async () => {
    const { system, cancel } = await createReplaced();
    await system.payPage(user);
    await system.deliver(cancel);
    await system.pass(hourMs);
    expect(await system.outcome(user, cancel.commandId)).toEqual({ kind: 'completed', subscriptionId: null });
    const { subscription, captures, entitlement } = await system.state(user);
    expect([subscription?.status, subscription?.tariff.alias, entitlement?.active]).toEqual(['active', 'year', true]);
    expect(captures.map(({ refundedMinor }) => refundedMinor)).toEqual([0, 0]);
  });

  test('because a purchase counts from the acceptance of its command', async () => {
    const { system, order } = await createReplaced();
    await system.payPage(user);
    expect((await system.state(user)).subscription).toMatchObject({ orderedAt: order.acceptedAt });
  });

  test('or from the opening of its page, where the document has forgotten the command', async () => {
    const { system } = await createReplaced();
    const openedAt = (await system.state(user)).payment?.createdRealAt;
    for (let times = 0; times < 60; times += 1) await system.order(user, { type: 'receipt_contact.clear' });
    await system.payPage(user);
    expect((await system.state(user)).subscription).toMatchObject({ orderedAt: openedAt });
  });
});

describe('a command that takes charges back, and comes after more of them than the document remembers', () => {
  const alarms = (system: TestSystem) =>
    system.facts(user).flatMap((fact) => (fact.type === 'invariant.violated' ? [fact['subjectId']] : []));
  const cancelOf = (system: TestSystem, acceptedAt: number) => system.cancelCommand(user, 'period_end', acceptedAt);

  async function unlinkOf(system: TestSystem, acceptedAt: number) {
    const methodId = (await system.state(user)).methods[0]?.id ?? '';
    const { commandId, userId, actor, bodyHash, notAfter } = cancelOf(system, acceptedAt);
    const type = 'payment_method.unlink' as const;
    return { ...{ commandId, userId, actor, bodyHash, notAfter, acceptedAt }, type, methodId };
  }

  test.each([
    ['a cancel', cancelOf],
    ['an unlink', unlinkOf],
  ])('%s gives the newest back, and operators hear of the others', async (_name, commandOf) => {
    const system = await createSystemWithActive(user, { tariffId: tariffs.day.id });
    const acceptedAt = system.clock.now() + hourMs;
    await system.pass(30 * dayMs, hourMs);
    const command = await commandOf(system, acceptedAt);
    await system.deliver(command);
    await system.pass(hourMs);
    const back = system.provider.entries().filter(({ object }) => object.object === 'refund');
    expect([back.length, alarms(system)]).toEqual([24, [command.commandId]]);
  });

  test.each([
    ['a cancel', cancelOf],
    ['an unlink', unlinkOf],
  ])('%s that the document remembers all charges since raises no alarm', async (_name, commandOf) => {
    const system = await createSystemWithActive(user, { tariffId: tariffs.day.id });
    await system.pass(30 * dayMs, hourMs);
    const acceptedAt = system.clock.now() + hourMs;
    await system.pass(3 * dayMs, hourMs);
    await system.deliver(await commandOf(system, acceptedAt));
    await system.pass(hourMs);
    const back = system.provider.entries().filter(({ object }) => object.object === 'refund');
    expect([back.length, alarms(system)]).toEqual([3, []]);
  });
});
