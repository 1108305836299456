import { describe, expect, test } from '@jest/globals';
import { dayMs, hourMs, minuteMs } from '../../../src/domain/model/instant.ts';
import { createSystemWithActive, noon, tariffs, type TestSystem } from '../../support/test-system.ts';

const user = '11111111-1111-4111-8111-111111111111';

const uncancel = (system: TestSystem) => system.order(user, { type: 'subscription.uncancel' });
const factsOf = (system: TestSystem, type: string) => system.facts(user).filter((fact) => fact.type === type);
const outcomes = async (system: TestSystem) => (await system.state(user)).commands.map(({ outcome }) => outcome);
const lastOutcome = async (system: TestSystem) => (await outcomes(system)).at(-1);

const page = { kind: 'requires_action', redirectUrl: expect.stringMatching(/^https:/) };
const failed = { kind: 'rejected', reason: 'binding_failed' };

/** A subscriber whose subscription lasts to its paid end and has no method that may be charged. */
async function withoutMethod(): Promise<TestSystem> {
  const system = await createSystemWithActive(user);
  const methodId = (await system.state(user)).methods[0]?.id ?? 'none';
  await system.order(user, { type: 'payment_method.unlink', methodId });
  return system;
}

describe('an uncancel without a method that may be charged', () => {
  test('opens a page; once a card is bound there, the subscription renews by it', async () => {
    const system = await withoutMethod();
    const { id } = (await system.state(user)).subscription ?? { id: '' };
    expect(await uncancel(system)).toEqual({ ...page, subscriptionId: id });
    expect((await system.state(user)).subscription).toMatchObject({ autoRenew: false });
    const methodId = await system.endBinding(user, 'active');
    expect(await lastOutcome(system)).toEqual({ kind: 'completed', subscriptionId: id });
    expect((await system.state(user)).subscription).toMatchObject({ methodId, autoRenew: true });
    expect(factsOf(system, 'subscription.cancel_undone')).toHaveLength(1);
    await system.pass(32 * dayMs, 6 * hourMs);
    expect((await system.state(user)).subscription).toMatchObject({ status: 'active', term: { periodIndex: 1 } });
  });

  test('agrees to the charge that the bound card would get, or opens no page', async () => {
    const system = await withoutMethod();
    const { subscription } = await system.state(user);
    const { price, period } = tariffs.month;
    const agreeTo = (firstChargeAt: number) => {
      const shown = { firstAmount: price, firstChargeAt, thenAmount: price, period, cancelHow: 'in your account' };
      const terms = { version: '2026-01', locale: 'ru-RU', shown };
      return system.order(user, { type: 'subscription.uncancel', terms });
    };
    const firstAt = subscription?.status === 'active' ? subscription.term.periodEnd : 0;
    for (const other of [0, noon, firstAt - 3 * dayMs, firstAt + 3 * dayMs, Date.parse('9999-12-31T00:00:00Z')])
      expect(await agreeTo(other)).toEqual({ kind: 'rejected', reason: 'amount_changed' });
    expect((await system.state(user)).binding).toBeNull();
    expect(await agreeTo(firstAt)).toMatchObject(page);
    await system.endBinding(user, 'active');
    expect((await system.state(user)).subscription).toMatchObject({ consent: { shown: { firstChargeAt: firstAt } } });
  });

  test('that shows the page again brings its own terms, and without terms leaves those before it', async () => {
    const system = await withoutMethod();
    const { subscription } = await system.state(user);
    const { price, period } = tariffs.month;
    const firstChargeAt = subscription?.status === 'active' ? subscription.term.periodEnd : 0;
    const shown = { firstAmount: price, firstChargeAt, thenAmount: price, period, cancelHow: 'in your account' };
    const agreeTo = (version: string) =>
      system.order(user, { type: 'subscription.uncancel', terms: { version, locale: 'ru-RU', shown } });
    const consent = async () => (await system.state(user)).binding?.consent?.version;
    await agreeTo('1');
    const first = (await system.state(user)).binding?.id;
    await agreeTo('2');
    expect(await consent()).toBe('2');
    await uncancel(system);
    await system.order(user, { type: 'payment_method.bind', methodType: 'bank_card', returnUrl: null });
    expect([await consent(), (await system.state(user)).binding?.id]).toEqual(['2', first]);
    await system.endBinding(user, 'active');
    expect((await system.state(user)).subscription).toMatchObject({ autoRenew: true, consent: { version: '2' } });
  });

  test('after a decline for good agrees to a charge now, because no later one is planned', async () => {
    const system = await createSystemWithActive(user, { tariffId: tariffs.month.id });
    const methodId = (await system.state(user)).methods[0]?.id ?? 'none';
    system.provider.setMethod(methodId, { always: 'card_expired' });
    await system.pass(28 * dayMs + 2 * hourMs, hourMs);
    expect((await system.state(user)).subscription).toMatchObject({
      status: 'past_due',
      dunning: { nextAttemptAt: null },
    });
    await system.cancel(user);
    const { price, period } = tariffs.month;
    const agreeTo = (firstChargeAt: number) => {
      const shown = { firstAmount: price, firstChargeAt, thenAmount: price, period, cancelHow: 'in your account' };
      return system.order(user, { type: 'subscription.uncancel', terms: { version: '1', locale: 'ru-RU', shown } });
    };
    for (const other of [noon, system.clock.now() + 30 * dayMs, Date.parse('9999-12-31T00:00:00Z')])
      expect(await agreeTo(other)).toEqual({ kind: 'rejected', reason: 'amount_changed' });
    expect(await agreeTo(system.clock.now())).toMatchObject(page);
  });

  test('that is rejected leaves no wish with the page of the commands before it', async () => {
    const system = await withoutMethod();
    const { waitingMax } = system.services.policy;
    for (let count = 0; count < waitingMax; count += 1)
      await system.order(user, { type: 'payment_method.bind', methodType: 'bank_card', returnUrl: null });
    expect(await uncancel(system)).toEqual({ kind: 'rejected', reason: 'payment_in_progress' });
    await system.endBinding(user, 'active');
    expect((await system.state(user)).subscription).toMatchObject({ autoRenew: false });
  });

  test('changes nothing where the page is left', async () => {
    const system = await withoutMethod();
    const before = (await system.state(user)).subscription;
    await uncancel(system);
    await system.pass(70 * minuteMs, minuteMs);
    expect(await lastOutcome(system)).toEqual(failed);
    expect((await system.state(user)).subscription).toEqual(before);
  });

  test('yields to a cancel that comes later', async () => {
    const system = await withoutMethod();
    await uncancel(system);
    await system.cancel(user);
    expect((await outcomes(system)).at(-2)).toEqual({ kind: 'rejected', reason: 'canceled' });
    await system.endBinding(user, 'active');
    expect((await system.state(user)).subscription).toMatchObject({ autoRenew: false });
    expect(factsOf(system, 'subscription.cancel_undone')).toEqual([]);
  });

  test('is too late once the subscription has ended: the card is saved, and the next one does not renew', async () => {
    const system = await withoutMethod();
    const { subscription } = await system.state(user);
    if (subscription?.status !== 'active') throw new Error('no active subscription');
    await system.pass(subscription.term.periodEnd - system.clock.now() - 10 * minuteMs, hourMs);
    await uncancel(system);
    await system.pass(20 * minuteMs, minuteMs);
    expect((await system.state(user)).subscription).toMatchObject({ status: 'expired' });
    await system.pay(user, { renew: false });
    await system.payPage(user);
    await system.endBinding(user, 'active');
    expect((await outcomes(system)).at(-2)).toEqual({ kind: 'rejected', reason: 'too_late' });
    expect((await system.state(user)).subscription).toMatchObject({ status: 'active', autoRenew: false });
  });
});
