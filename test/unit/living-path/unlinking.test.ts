import { describe, expect, test } from '@jest/globals';
import { dayMs, hourMs, minuteMs } from '../../../src/domain/model/instant.ts';
import { createSystemWithActive, createTestSystem, tariffs, type TestSystem } from '../../support/test-system.ts';

const user = '11111111-1111-4111-8111-111111111111';

const methodsOf = async (system: TestSystem) => (await system.state(user)).methods;
const firstOf = async (system: TestSystem) => (await methodsOf(system))[0]?.id ?? 'none';
const unlink = async (system: TestSystem, methodId?: string) =>
  system.order(user, { type: 'payment_method.unlink', methodId: methodId ?? (await firstOf(system)) });
const charges = (system: TestSystem) => system.provider.sends().filter(({ order }) => order.kind === 'charge').length;
const refunds = (system: TestSystem) => system.provider.entries().filter(({ object }) => object.object === 'refund');
const typesOf = (system: TestSystem) => system.facts(user).map(({ type }) => type);

async function stateOf(system: TestSystem) {
  const { subscription, entitlement } = await system.state(user);
  return { status: subscription?.status, watches: entitlement?.active === true };
}

describe('an unlinked card', () => {
  test('is never charged again: access lasts to the paid end, and a fact says so', async () => {
    const system = await createSystemWithActive(user);
    expect(await unlink(system)).toMatchObject({ kind: 'completed' });
    expect(typesOf(system).slice(-3, -1)).toEqual(['payment_method.unlinked', 'subscription.renewal_stopped']);
    await system.pass(27 * dayMs, 6 * hourMs);
    expect(await stateOf(system)).toEqual({ status: 'active', watches: true });
    await system.pass(5 * dayMs, hourMs);
    expect(await stateOf(system)).toEqual({ status: 'expired', watches: false });
    expect(system.facts(user).at(-2)).toMatchObject({ type: 'subscription.expired', cause: 'method_unlinked' });
    expect(charges(system)).toBe(0);
  });

  test('is unlinked under every id that it was saved by', async () => {
    const system = await createSystemWithActive(user, { renew: false });
    await system.pass(40 * dayMs, 12 * hourMs);
    for (const card of [1, 2]) {
      await system.pay(user, { renew: true });
      await system.payPage(user);
      await system.cancel(user, 'immediate');
      expect(await methodsOf(system)).toHaveLength(card);
    }
    await unlink(system);
    expect((await methodsOf(system)).map(({ usable, unlinkedAt }) => [usable, unlinkedAt !== undefined])).toEqual([
      [false, true],
      [false, true],
    ]);
  });

  test.each([
    ['at another bank stays linked', '100000000004', [false, true]],
    ['at the same bank counts as the same account', '100000000111', [false, false]],
    ['whose bank is not known counts as the same account', null, [false, false]],
  ])('of SBP: another account %s', async (_name, otherBank, usable) => {
    const system = createTestSystem();
    for (const bankId of ['100000000111', otherBank]) {
      await system.cancel(user, 'immediate');
      await system.pay(user);
      const page = (await system.state(user)).payment?.providerPaymentId ?? '';
      system.provider.finish(page, 'succeeded');
      const shown = { title: 'SBP', last4: null, brand: null, type: 'sbp', expiry: null };
      const bank = bankId === null ? {} : { bankId };
      system.provider.alter(page, { method: { id: page, saved: true, ...shown, ...bank } });
      await system.hint('payment', page);
    }
    await unlink(system);
    expect((await methodsOf(system)).map((method) => method.usable)).toEqual(usable);
  });

  test('of SBP: an account that was bound without a payment has its bank, too', async () => {
    const system = createTestSystem();
    await system.order(user, { type: 'payment_method.bind', methodType: 'sbp', returnUrl: null });
    await system.endBinding(user, 'active');
    await system.pay(user);
    const page = (await system.state(user)).payment?.providerPaymentId ?? '';
    system.provider.finish(page, 'succeeded');
    const shown = { title: 'SBP', last4: null, brand: null, type: 'sbp', expiry: null, bankId: '100000000004' };
    system.provider.alter(page, { method: { id: page, saved: true, ...shown } });
    await system.hint('payment', page);
    await unlink(system);
    expect((await methodsOf(system)).map((method) => method.usable)).toEqual([false, true]);
  });

  test('may be ordered twice, and by a subscriber without a subscription', async () => {
    const system = await createSystemWithActive(user);
    await system.cancel(user, 'immediate');
    expect(await unlink(system)).toMatchObject({ kind: 'completed' });
    expect(await unlink(system)).toMatchObject({ kind: 'completed' });
    expect(typesOf(system).filter((type) => type === 'payment_method.unlinked')).toHaveLength(1);
    expect(await unlink(system, 'another')).toEqual({ kind: 'rejected', reason: 'method_not_found' });
  });

  test('bound anew is another method, with a consent of its own', async () => {
    const system = await createSystemWithActive(user);
    await unlink(system);
    await system.cancel(user, 'immediate');
    await system.pay(user);
    await system.payPage(user);
    expect((await methodsOf(system)).map(({ usable }) => usable)).toEqual([false, true]);
    expect((await system.state(user)).subscription).toMatchObject({ status: 'active', autoRenew: true });
  });

  test('closes the ladder, and access lasts to the end of the grace', async () => {
    const system = await createSystemWithActive(user);
    system.provider.setMethod(await firstOf(system), { always: 'insufficient_funds' });
    await system.pass(28 * dayMs, 6 * hourMs);
    expect(await stateOf(system)).toEqual({ status: 'past_due', watches: true });
    const before = charges(system);
    await unlink(system);
    expect(await stateOf(system)).toEqual({ status: 'past_due', watches: true });
    await system.pass(30 * dayMs, 6 * hourMs);
    expect(await stateOf(system)).toEqual({ status: 'expired', watches: false });
    expect(charges(system)).toBe(before);
  });
});

describe('an unlink while money is under way', () => {
  test('gives back a charge that was accepted after it, and restores the period', async () => {
    const system = await createSystemWithActive(user);
    const { commandId, userId, actor, bodyHash } = system.cancelCommand(user, 'period_end');
    const acceptedAt = system.clock.now() + 27 * dayMs;
    const accepted = { commandId, userId, actor, bodyHash, acceptedAt, notAfter: null };
    await system.pass(31 * dayMs, 6 * hourMs);
    expect((await system.state(user)).subscription).toMatchObject({ term: { periodIndex: 1 } });
    await system.deliver({ ...accepted, type: 'payment_method.unlink', methodId: await firstOf(system) });
    await system.pass(minuteMs);
    expect([charges(system), refunds(system).length]).toEqual([1, 1]);
    expect((await system.state(user)).subscription).toMatchObject({ status: 'expired', cause: 'method_unlinked' });
  });

  test('watches a charge whose answer is missing, and gives its money back', async () => {
    const system = await createSystemWithActive(user);
    system.provider.script('lost');
    await system.pass(28 * dayMs, 6 * hourMs);
    const { payment } = await system.state(user);
    expect(payment).toMatchObject({ kind: 'charge' });
    await unlink(system);
    expect(await system.state(user)).toMatchObject({ payment: null, watched: [{ id: payment?.id }] });
    await system.pass(2 * dayMs, hourMs);
    expect(refunds(system)).toHaveLength(1);
    expect(charges(system)).toBe(1);
  });

  test('a page that was open saves nothing, and the subscription does not renew', async () => {
    const system = await createSystemWithActive(user);
    await system.cancel(user, 'immediate');
    await system.pay(user);
    await unlink(system);
    await system.payPage(user);
    expect((await methodsOf(system)).filter(({ usable }) => usable)).toEqual([]);
    expect((await system.state(user)).subscription).toMatchObject({ status: 'active', autoRenew: false });
  });

  /** Access has ended, and the ladder goes on. */
  async function pastGrace() {
    const system = await createSystemWithActive(user, { tariffId: tariffs.day.id });
    system.provider.setMethod(await firstOf(system), { always: 'insufficient_funds' });
    await system.pass(50 * hourMs, hourMs);
    expect(await stateOf(system)).toEqual({ status: 'past_due', watches: false });
    await system.pay(user, { tariffId: tariffs.day.id });
    return { system, page: (await system.state(user)).payment };
  }

  test('closes the page of what ends with it: the next purchase has a page of its own, and money on the old one goes back', async () => {
    const { system, page } = await pastGrace();
    await unlink(system);
    expect(await stateOf(system)).toEqual({ status: 'expired', watches: false });
    expect(await system.state(user)).toMatchObject({ payment: null, watched: [{ id: page?.id }] });
    await system.pay(user, { tariffId: tariffs.day.id });
    expect(await system.state(user)).toMatchObject({ payment: { periodKey: 'initial' }, watched: [{ id: page?.id }] });
    system.provider.finish(page?.providerPaymentId ?? '', 'succeeded');
    await system.hint('payment', page?.providerPaymentId ?? '');
    await system.pass(minuteMs);
    expect(refunds(system)).toHaveLength(1);
  });

  test('a page that an earlier version left open behind its end is watched when the next one opens', async () => {
    const { system, page } = await pastGrace();
    await unlink(system);
    const { subscriber, version } = (await system.services.store.load(user))!;
    const left = { ...subscriber, payment: page, watched: [] };
    const announce = { business: null, real: null };
    const saved = { subscriber: left, expectedVersion: version, saveId: 'left', announce, entry: null };
    expect(await system.services.store.save(saved)).toBe('saved');
    await system.pay(user, { tariffId: tariffs.day.id });
    expect(await system.state(user)).toMatchObject({ payment: { periodKey: 'initial' }, watched: [{ id: page?.id }] });
  });
});

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
