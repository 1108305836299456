import { describe, expect, test } from '@jest/globals';
import { dayMs, hourMs, minuteMs } from '../../../src/domain/model/instant.ts';
import { createSystemWithActive, createTestSystem, tariffs } from '../../support/test-system.ts';
import { charges, firstOf, methodsOf, refunds, stateOf, typesOf, unlink, user } from './method-steps.ts';

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
