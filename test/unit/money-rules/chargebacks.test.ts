import { describe, expect, test } from '@jest/globals';
import { dayMs, hourMs } from '../../../src/domain/model/instant.ts';
import { createSystemWithActive, tariffs, type TestSystem } from '../../support/test-system.ts';

const user = '11111111-1111-4111-8111-111111111111';
type More = { readonly amountMinor?: number; readonly won?: boolean; readonly paymentId?: string };

const captureOf = async (system: TestSystem) => (await system.state(user)).captures.at(-1);
async function chargeBack(system: TestSystem, { amountMinor = 29_900, won, paymentId }: More = {}) {
  const id = paymentId ?? (await captureOf(system))?.paymentId ?? '';
  const order = { type: 'payment.record_chargeback', date: '2026-11-20', amountMinor, won: won ?? null } as const;
  return system.staff(user, { ...order, paymentId: id });
}
async function refund(system: TestSystem, amountMinor: number | null = null) {
  const paymentId = (await captureOf(system))?.paymentId ?? '';
  const order = { type: 'payment.refund', paymentId, amountMinor, revokeAccess: false, cause: 'complaint' } as const;
  return system.staff(user, order);
}
const sent = (system: TestSystem, kind: string) => system.provider.sends().filter(({ order }) => order.kind === kind);

/** A subscriber who left, and whose refund waits for its next attempt. */
async function leftWithoutMoney() {
  const system = await createSystemWithActive(user);
  system.clock.advance(14 * dayMs);
  system.provider.scriptRefunds('insufficient_funds');
  const leaving = { type: 'subscription.cancel', mode: 'immediate', reason: null, refund: 'prorated' } as const;
  await system.order(user, leaving);
  return system;
}

describe('the bank takes a payment back', () => {
  test('the subscription ends at once, its methods are dead, and nothing can be bought', async () => {
    const system = await createSystemWithActive(user);
    expect(await chargeBack(system)).toBe('completed');
    const state = await system.state(user);
    expect(state.subscription).toMatchObject({ status: 'canceled', cause: 'charged_back' });
    expect(state.entitlement?.active).toBe(false);
    expect(state.methods.some(({ usable }) => usable)).toBe(false);
    const command = await system.pay(user);
    expect(await system.outcome(user, command.commandId)).toMatchObject({ reason: 'subscription_held' });
    const fact = system.facts(user).find(({ type }) => type === 'payment.chargeback_recorded');
    expect(fact).toMatchObject({ refundedMinor: 29_900, date: '2026-11-20', won: null });
  });

  test('an open page is given up, and its money goes back should it be paid', async () => {
    const system = await createSystemWithActive(user, { renew: false });
    await system.pass(29 * dayMs, 6 * hourMs);
    await system.pay(user);
    const { payment } = await system.state(user);
    expect(await chargeBack(system)).toBe('completed');
    expect((await system.state(user)).subscription).toMatchObject({ status: 'incomplete_expired' });
    system.provider.finish(payment?.providerPaymentId ?? '', 'succeeded');
    await system.hint('payment', payment?.providerPaymentId ?? '');
    expect(sent(system, 'refund')).toHaveLength(1);
  });

  test('staff allow charges: they buy again, and what has ended stays ended', async () => {
    const system = await createSystemWithActive(user);
    const { subscription } = await system.state(user);
    await chargeBack(system);
    expect(await system.staff(user, { type: 'subscription.allow_charges' })).toBe('completed');
    await system.pay(user);
    await system.payPage(user);
    const after = await system.state(user);
    expect(after.subscription).toMatchObject({ status: 'active' });
    expect(after.subscription?.id).not.toBe(subscription?.id);
    await system.staff(user, { type: 'subscription.allow_charges' });
    expect((await system.state(user)).subscription).toEqual(after.subscription);
  });

  test('it is won later: that is recorded, and nothing comes back', async () => {
    const system = await createSystemWithActive(user);
    await chargeBack(system);
    expect(await chargeBack(system, { won: true })).toBe('completed');
    const { subscription, chargesStopped, captures } = await system.state(user);
    expect([subscription?.status, chargesStopped === null, captures[0]?.refundedMinor]).toEqual(['canceled', false, 0]);
  });

  test('it is won before staff heard of it: access stays', async () => {
    const system = await createSystemWithActive(user);
    expect(await chargeBack(system, { won: true })).toBe('completed');
    expect((await system.state(user)).entitlement?.active).toBe(true);
    expect(await chargeBack(system, { won: false })).toBe('completed');
    expect((await system.state(user)).entitlement?.active).toBe(false);
  });

  test('more than was paid is a slip of the pen', async () => {
    const system = await createSystemWithActive(user);
    expect(await chargeBack(system, { amountMinor: 29_901 })).toBe('refund_exceeds');
    expect((await system.state(user)).entitlement?.active).toBe(true);
  });
});

describe('money that the bank took is not given back', () => {
  test('by staff: only the rest is', async () => {
    const system = await createSystemWithActive(user);
    await chargeBack(system, { amountMinor: 20_000 });
    expect(await refund(system, 9_901)).toBe('refund_exceeds');
    expect(await refund(system)).toBe('completed');
    expect(sent(system, 'refund').map(({ order }) => 'amount' in order && order.amount.amountMinor)).toEqual([9_900]);
  });

  test('by a refund that waits for its next attempt', async () => {
    const system = await leftWithoutMoney();
    expect((await system.state(user)).refunds).toMatchObject([{ state: 'failed' }]);
    await chargeBack(system);
    await system.pass(2 * dayMs, hourMs);
    expect((await system.state(user)).refunds).toEqual([]);
    expect(sent(system, 'refund')).toHaveLength(1);
  });

  test('but once the bank has given it back, a refund that had ended without money is asked for again', async () => {
    const system = await leftWithoutMoney();
    const [failed] = (await system.state(user)).refunds;
    await chargeBack(system);
    await system.pass(2 * dayMs, hourMs);
    expect((await system.state(user)).refunds).toEqual([]);
    for (let again = 0; again < 2; again += 1) expect(await chargeBack(system, { won: true })).toBe('completed');
    const amounts = sent(system, 'refund').map(({ order }) => 'amount' in order && order.amount);
    expect(amounts).toEqual([failed?.amount, failed?.amount]);
    expect((await captureOf(system))?.refundedMinor).toBe(failed?.amount.amountMinor);
  });

  test('and a refund that an attempt of its own has given back is not', async () => {
    const system = await createSystemWithActive(user);
    system.provider.scriptRefunds('insufficient_funds', 'succeeded');
    await refund(system, 10_000);
    await system.pass(2 * hourMs, hourMs);
    await chargeBack(system, { amountMinor: 19_900 });
    await chargeBack(system, { won: true });
    expect(sent(system, 'refund')).toHaveLength(2);
    expect((await captureOf(system))?.refundedMinor).toBe(10_000);
  });

  test('where it left twice, operators are alerted and the sum stays capped', async () => {
    const system = await createSystemWithActive(user);
    await refund(system);
    expect(await chargeBack(system)).toBe('completed');
    expect((await captureOf(system))?.refundedMinor).toBe(29_900);
    expect(system.errorLines().at(-1)?.fields).toMatchObject({ rule: 'contradiction' });
    await chargeBack(system, { won: true });
    expect(await refund(system, 100)).toBe('refund_exceeds');
  });

  test('of a payment that the document has forgotten', async () => {
    const system = await createSystemWithActive(user, { tariffId: tariffs.day.id });
    const paymentId = (await captureOf(system))?.paymentId ?? '';
    await system.pass(30 * dayMs, 6 * hourMs);
    expect(await chargeBack(system, { paymentId, amountMinor: 2_000 })).toBe('completed');
    const order = { type: 'payment.refund', revokeAccess: false, cause: 'other', paymentId } as const;
    expect(await system.staff(user, { ...order, amountMinor: 901 })).toBe('refund_exceeds');
    expect(await system.services.books.listSucceeded({ object: 'refund', from: 0, to: Infinity })).toEqual([]);
  });
});
