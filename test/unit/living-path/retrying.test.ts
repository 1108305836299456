import { describe, expect, test } from '@jest/globals';
import { dayMs, hourMs, minuteMs } from '../../../src/domain/model/instant.ts';
import { createSystemWithActive, type TestSystem } from '../../support/test-system.ts';

const user = '11111111-1111-4111-8111-111111111111';

const retry = (system: TestSystem) => system.order(user, { type: 'payment.retry' });
const charges = (system: TestSystem) => system.provider.sends().filter((send) => send.order.kind === 'charge').length;

/** Past due, with a card that declines until it is scripted otherwise. */
async function createPastDue(decline = 'insufficient_funds'): Promise<TestSystem> {
  const system = await createSystemWithActive(user);
  system.provider.setMethod((await system.state(user)).methods[0]?.id ?? '', { always: decline });
  await system.pass(28 * dayMs, 6 * hourMs);
  expect((await system.state(user)).subscription?.status).toBe('past_due');
  return system;
}

async function planned(system: TestSystem) {
  const { subscription } = await system.state(user);
  return subscription?.status === 'past_due' ? subscription.dunning : null;
}

async function topUp(system: TestSystem): Promise<void> {
  system.provider.setMethod((await system.state(user)).methods[0]?.id ?? '', { always: 'succeeded' });
}

describe('paying the due period now', () => {
  test('charges the saved method at once and renews', async () => {
    const system = await createPastDue();
    await topUp(system);
    expect(await retry(system)).toMatchObject({ kind: 'completed' });
    expect((await system.state(user)).subscription).toMatchObject({ status: 'active', term: { periodIndex: 1 } });
    await system.pass(2 * dayMs, hourMs);
    expect(charges(system)).toBe(2);
  });

  test('has nothing to do where nothing is due', async () => {
    const system = await createSystemWithActive(user);
    expect(await retry(system)).toMatchObject({ kind: 'completed' });
    expect(charges(system)).toBe(0);
  });

  test('declined again, takes no step of the ladder, which goes on as planned', async () => {
    const system = await createPastDue();
    const before = await planned(system);
    expect(await retry(system)).toEqual({ kind: 'rejected', reason: 'payment_declined' });
    expect(await planned(system)).toMatchObject({
      ladderStep: before?.ladderStep,
      nextAttemptAt: before?.nextAttemptAt,
    });
    await system.pass(2 * dayMs, hourMs);
    expect(charges(system)).toBe(3);
  });

  test('with a decline that is final stops the ladder', async () => {
    const system = await createPastDue();
    system.provider.setMethod((await system.state(user)).methods[0]?.id ?? '', { always: 'card_expired' });
    expect(await retry(system)).toEqual({ kind: 'rejected', reason: 'payment_declined' });
    expect((await planned(system))?.nextAttemptAt).toBeNull();
    expect(await retry(system)).toEqual({ kind: 'rejected', reason: 'method_required' });
  });

  test('is allowed three times in a day, and again on the next', async () => {
    const system = await createPastDue();
    for (let time = 0; time < 3; time += 1) {
      expect(await retry(system)).toEqual({ kind: 'rejected', reason: 'payment_declined' });
      await system.pass(minuteMs, minuteMs);
    }
    const before = charges(system);
    expect(await retry(system)).toEqual({ kind: 'rejected', reason: 'too_many_tries' });
    expect(charges(system)).toBe(before);
    await system.pass(dayMs, hourMs);
    await topUp(system);
    expect(await retry(system)).toMatchObject({ kind: 'completed' });
  });

  test('stays within the caps per card and amount', async () => {
    const system = await createPastDue();
    for (let day = 0; day < 3; day += 1) {
      for (let time = 0; time < 3; time += 1) await retry(system);
      await system.pass(dayMs + minuteMs, hourMs);
    }
    const attempts = (await planned(system))?.attempts ?? [];
    for (const at of attempts) {
      expect(attempts.filter((other) => other > at - dayMs && other <= at).length).toBeLessThanOrEqual(10);
    }
    expect(attempts.length).toBeLessThanOrEqual(20);
  });

  test('waits for another charge or a page, and never makes a second one beside it', async () => {
    const system = await createPastDue();
    system.provider.script(...Array.from({ length: 9 }, () => 'lost' as const));
    await topUp(system);
    expect(await retry(system)).toBeNull();
    expect(await retry(system)).toEqual({ kind: 'rejected', reason: 'payment_in_progress' });
    expect(charges(system)).toBe(2);
  });

  test('does not undo a cancel', async () => {
    const system = await createPastDue();
    await system.cancel(user);
    expect(await retry(system)).toEqual({ kind: 'rejected', reason: 'cancel_scheduled' });
  });
});

describe('a final decline of a card that is not the default any more', () => {
  async function bindAnother(system: TestSystem): Promise<string> {
    await system.order(user, { type: 'payment_method.bind', methodType: 'bank_card', returnUrl: null });
    return system.endBinding(user, 'active');
  }
  const setDefault = (system: TestSystem, methodId: string) =>
    system.order(user, { type: 'payment_method.set_default', methodId });

  async function expire(system: TestSystem): Promise<void> {
    system.provider.setMethod((await system.state(user)).methods[0]?.id ?? '', { always: 'card_expired' });
    system.provider.script('lost');
  }

  test('of a renewal leaves the ladder to the one that was chosen meanwhile', async () => {
    const system = await createSystemWithActive(user);
    const another = await bindAnother(system);
    await system.pass(27 * dayMs, 6 * hourMs);
    await expire(system);
    for (let hours = 0; hours < 48 && (await system.state(user)).payment === null; hours += 1)
      await system.pass(hourMs);
    expect((await system.state(user)).payment).toMatchObject({ kind: 'charge', state: 'unknown' });
    expect(await setDefault(system, another)).toMatchObject({ kind: 'completed' });
    await system.pass(hourMs);
    const { nextAttemptAt, attempts, lastClass } = (await planned(system)) ?? {};
    expect(lastClass).toBe('hard_method');
    expect((nextAttemptAt ?? 0) - (attempts?.[0] ?? 0)).toBeGreaterThan(12 * hourMs);
    await system.pass(2 * dayMs, hourMs);
    expect((await system.state(user)).subscription).toMatchObject({ status: 'active', term: { periodIndex: 1 } });
    expect(system.provider.sends().at(-1)?.order).toMatchObject({ kind: 'charge', methodId: another });
  });

  test('of an attempt that the subscriber asked for leaves the ladder as it stood', async () => {
    const system = await createPastDue();
    const another = await bindAnother(system);
    const before = await planned(system);
    await expire(system);
    expect(await retry(system)).toBeNull();
    await setDefault(system, another);
    await system.pass(hourMs);
    expect(await planned(system)).toMatchObject({ lastClass: 'hard_method', nextAttemptAt: before?.nextAttemptAt });
    await system.pass(2 * dayMs, hourMs);
    expect((await system.state(user)).subscription).toMatchObject({ status: 'active', term: { periodIndex: 1 } });
  });

  test('of a charge that is only watched ends the card as well', async () => {
    const system = await createPastDue();
    const card = (await system.state(user)).methods[0]?.id ?? '';
    system.provider.setMethod(card, { always: 'pending' });
    await system.pass(2 * dayMs, hourMs);
    await system.cancel(user);
    const { watched } = await system.state(user);
    expect(watched).toMatchObject([{ kind: 'charge' }]);
    system.provider.finish(watched[0]?.providerPaymentId ?? '', 'permission_revoked');
    await system.hint('payment', watched[0]?.providerPaymentId ?? '');
    expect((await system.state(user)).methods).toMatchObject([{ id: card, usable: false }]);
    expect(await system.order(user, { type: 'subscription.uncancel' })).toMatchObject({ kind: 'requires_action' });
  });
});
