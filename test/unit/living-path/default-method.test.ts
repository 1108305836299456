import { describe, expect, test } from '@jest/globals';
import { dayMs, hourMs, minuteMs } from '../../../src/domain/model/instant.ts';
import { createSystemWithActive, createTestSystem, type TestSystem } from '../../support/test-system.ts';
import { charges, firstOf, methodsOf, refunds, stateOf, typesOf, unlink, user } from './method-steps.ts';

describe('the default method', () => {
  /** Two cards: the second was saved by the page that the subscription was bought on. */
  async function withTwoCards(): Promise<TestSystem> {
    const system = createTestSystem();
    for (const last4 of ['1111', '2222']) {
      await system.cancel(user, 'immediate');
      await system.pay(user);
      const page = (await system.state(user)).payment?.providerPaymentId ?? '';
      system.provider.finish(page, 'succeeded');
      const shown = { title: `Card ${last4}`, last4, brand: 'Mir', type: 'bank_card', expiry: '2030-01' };
      system.provider.alter(page, { method: { id: page, saved: true, ...shown } });
      await system.hint('payment', page);
    }
    return system;
  }
  const choose = async (system: TestSystem, methodId: string) =>
    system.order(user, { type: 'payment_method.set_default', methodId });

  test('is charged from the next charge on', async () => {
    const system = await withTwoCards();
    const methodId = await firstOf(system);
    expect(await choose(system, methodId)).toMatchObject({ kind: 'completed' });
    expect(typesOf(system).at(-1)).toBe('payment_method.default_changed');
    await system.pass(31 * dayMs, 6 * hourMs);
    expect(system.provider.sends().at(-1)?.order).toMatchObject({ kind: 'charge', methodId });
    expect(await choose(system, methodId)).toMatchObject({ kind: 'completed' });
    expect(typesOf(system).filter((type) => type === 'payment_method.default_changed')).toHaveLength(1);
  });

  test('pays at once what is due', async () => {
    const system = await withTwoCards();
    const [other, present] = (await methodsOf(system)).map(({ id }) => id);
    system.provider.setMethod(present ?? '', { always: 'insufficient_funds' });
    await system.pass(28 * dayMs, 6 * hourMs);
    expect(await stateOf(system)).toEqual({ status: 'past_due', watches: true });
    await choose(system, other ?? '');
    expect(await stateOf(system)).toEqual({ status: 'active', watches: true });
  });

  test('chosen after an unlink pays nothing by itself: the renewal was stopped', async () => {
    const system = await withTwoCards();
    const [other, present] = (await methodsOf(system)).map(({ id }) => id);
    system.provider.setMethod(present ?? '', { always: 'insufficient_funds' });
    await system.pass(28 * dayMs, 6 * hourMs);
    await unlink(system, present);
    const before = charges(system);
    expect(await choose(system, other ?? '')).toMatchObject({ kind: 'completed' });
    expect(charges(system)).toBe(before);
    expect(await system.order(user, { type: 'payment.retry' })).toMatchObject({ kind: 'completed' });
    expect(charges(system)).toBe(before + 1);
  });

  test('chosen long ago is the default, and pays nothing by itself', async () => {
    const system = await withTwoCards();
    const [other, present] = (await methodsOf(system)).map(({ id }) => id);
    const { commandId, userId, actor, bodyHash, acceptedAt } = system.cancelCommand(user, 'period_end');
    system.provider.setMethod(present ?? '', { always: 'insufficient_funds' });
    await system.pass(28 * dayMs, 6 * hourMs);
    const before = charges(system);
    const late = { commandId, userId, actor, bodyHash, acceptedAt, notAfter: null, methodId: other ?? '' };
    await system.deliver({ ...late, type: 'payment_method.set_default' });
    expect((await system.state(user)).subscription).toMatchObject({ status: 'past_due', methodId: other });
    expect(charges(system)).toBe(before);
  });

  test('chosen before the former one is unlinked waits for the end of its charge, and access lasts', async () => {
    const system = await withTwoCards();
    const [other, present] = (await methodsOf(system)).map(({ id }) => id);
    system.provider.script('lost');
    await system.pass(28 * dayMs, 6 * hourMs);
    await choose(system, other ?? '');
    await unlink(system, present);
    expect((await system.state(user)).watched).toMatchObject([{ kind: 'charge', state: 'unknown' }]);
    const before = charges(system);
    while ((await system.state(user)).watched.length > 0) {
      expect([charges(system), (await stateOf(system)).watches]).toEqual([before, true]);
      await system.pass(minuteMs, minuteMs);
    }
    await system.pass(hourMs, minuteMs);
    expect(system.provider.sends().at(-1)?.order).toMatchObject({ kind: 'charge', methodId: other });
    expect((await system.state(user)).subscription).toMatchObject({ status: 'active', term: { periodIndex: 1 } });
  });

  test('is not another card when it is unlinked, and then none is charged', async () => {
    const system = await withTwoCards();
    const present = (await methodsOf(system)).at(-1)?.id ?? '';
    await unlink(system, present);
    expect((await methodsOf(system)).map(({ usable }) => usable)).toEqual([true, false]);
    await system.pass(40 * dayMs, 6 * hourMs);
    expect(charges(system)).toBe(0);
  });

  test('unlinked while a charge of the former one is out: that charge is watched, and its money goes back', async () => {
    const system = await withTwoCards();
    const [other, present] = (await methodsOf(system)).map(({ id }) => id);
    system.provider.script('lost');
    await system.pass(28 * dayMs, 6 * hourMs);
    const { payment } = await system.state(user);
    expect(payment).toMatchObject({ kind: 'charge', methodId: present });
    await choose(system, other ?? '');
    await unlink(system, other);
    expect(await system.state(user)).toMatchObject({ payment: null, watched: [{ id: payment?.id }] });
    await system.pass(2 * dayMs, hourMs);
    expect(refunds(system)).toHaveLength(1);
  });

  test('chosen after an unlink renews once the subscriber takes the stop back', async () => {
    const system = await withTwoCards();
    const [other, present] = (await methodsOf(system)).map(({ id }) => id);
    await unlink(system, present);
    expect(await system.order(user, { type: 'subscription.uncancel' })).toMatchObject({ kind: 'requires_action' });
    await choose(system, other ?? '');
    expect(await system.order(user, { type: 'subscription.uncancel' })).toMatchObject({ kind: 'completed' });
    await system.pass(31 * dayMs, 6 * hourMs);
    expect(system.provider.sends().at(-1)?.order).toMatchObject({ kind: 'charge', methodId: other });
  });

  test('is refused without a subscription, and where it is not there', async () => {
    const system = await createSystemWithActive(user);
    expect(await choose(system, 'another')).toEqual({ kind: 'rejected', reason: 'method_not_found' });
    await system.cancel(user, 'immediate');
    expect(await choose(system, await firstOf(system))).toEqual({ kind: 'rejected', reason: 'not_active' });
    await system.pass(minuteMs);
  });
});
