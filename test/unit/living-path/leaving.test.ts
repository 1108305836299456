import { describe, expect, test } from '@jest/globals';
import { dayMs, hourMs, minuteMs, secondMs } from '../../../src/domain/model/instant.ts';
import { createSystemWithActive, tariffs, type TestSystem } from '../../support/test-system.ts';

const user = '11111111-1111-4111-8111-111111111111';
const leaving = { type: 'subscription.cancel', mode: 'immediate', reason: null, refund: 'prorated' } as const;
const money = (amountMinor: number) => ({ amountMinor, currency: 'RUB' });

const leave = (system: TestSystem) => system.order(user, leaving);
const refundsOf = (system: TestSystem) =>
  system.provider.entries().flatMap(({ object }) => (object.object === 'refund' ? [object] : []));
const canceledOf = (system: TestSystem) => system.facts(user).find(({ type }) => type === 'subscription.canceled');

describe('leaving now with the unused part', () => {
  test('ends access and requests the refund in one save, and the money arrives', async () => {
    const system = await createSystemWithActive(user);
    system.clock.advance(14 * dayMs);
    expect(await leave(system)).toMatchObject({ kind: 'completed' });
    const types = system.facts(user).map(({ type }) => type);
    expect(types.slice(types.indexOf('refund.requested'))).toEqual([
      ...['refund.requested', 'subscription.canceled', 'entitlement.changed', 'refund.succeeded'],
    ]);
    expect(canceledOf(system)).toMatchObject({ refunded: money(14_950) });
    expect(system.facts(user).find(({ type }) => type === 'refund.requested')).toMatchObject({
      refund: { amount: money(14_950), reason: 'left_early', refundNo: 1 },
    });
    expect(refundsOf(system)).toMatchObject([{ status: 'succeeded', amount: money(14_950) }]);
    const { entitlement, captures } = await system.state(user);
    expect([entitlement?.active, captures]).toEqual([false, [expect.objectContaining({ refundedMinor: 14_950 })]]);
  });

  test('is rounded up to the kopeck', async () => {
    const system = await createSystemWithActive(user, { tariffId: tariffs.day.id });
    system.clock.advance(8 * hourMs);
    await leave(system);
    expect(refundsOf(system)).toMatchObject([{ amount: money(1_934) }]);
  });

  test('of the present period only: the ones before were used', async () => {
    const system = await createSystemWithActive(user, { tariffId: tariffs.day.id });
    await system.pass(2 * dayMs + 12 * hourMs, hourMs);
    await leave(system);
    expect((await system.state(user)).captures.map(({ refundedMinor }) => refundedMinor)).toEqual([0, 0, 1_450]);
  });

  test('of less than the provider refunds is nothing, and the fact says so', async () => {
    const system = await createSystemWithActive(user, { tariffId: tariffs.day.id });
    system.clock.advance(dayMs - 40 * minuteMs);
    await leave(system);
    expect([canceledOf(system), refundsOf(system)]).toEqual([expect.objectContaining({ refunded: money(0) }), []]);
  });

  test('is everything where less than the provider leaves would stay', async () => {
    const system = await createSystemWithActive(user);
    system.clock.advance(minuteMs);
    await leave(system);
    expect(refundsOf(system)).toMatchObject([{ amount: money(29_900) }]);
  });

  test('is never more than staff have left on the payment', async () => {
    const system = await createSystemWithActive(user);
    const { providerPaymentId } = (await system.state(user)).captures[0]!;
    const refund = system.provider.refundInCabinet(providerPaymentId, 20_000);
    await system.hint('refund', refund);
    system.clock.advance(dayMs);
    await leave(system);
    expect(canceledOf(system)).toMatchObject({ refunded: money(9_900) });
    expect((await system.state(user)).captures).toMatchObject([{ capturedMinor: 29_900, refundedMinor: 29_900 }]);
  });

  test('is nothing in the grace: nothing is paid any more', async () => {
    const system = await createSystemWithActive(user);
    system.provider.setMethod((await system.state(user)).methods[0]?.id ?? '', { always: 'insufficient_funds' });
    await system.pass(28 * dayMs + hourMs, 6 * hourMs);
    expect((await system.state(user)).subscription?.status).toBe('past_due');
    await leave(system);
    expect([canceledOf(system), refundsOf(system)]).toEqual([expect.objectContaining({ refunded: money(0) }), []]);
  });

  test('does not bring access back when the refund fails, and the refund is asked again', async () => {
    const system = await createSystemWithActive(user);
    system.provider.scriptRefunds('insufficient_funds', 'succeeded');
    system.clock.advance(14 * dayMs);
    await leave(system);
    const failed = await system.state(user);
    expect([failed.subscription?.status, failed.entitlement?.active]).toEqual(['canceled', false]);
    expect(failed.refunds).toMatchObject([{ state: 'failed' }]);
    await system.pass(2 * hourMs, 10 * minuteMs);
    expect((await system.state(user)).refunds).toEqual([]);
    expect(refundsOf(system).filter(({ status }) => status === 'succeeded')).toMatchObject([{ amount: money(14_950) }]);
  });

  test('of a command that waited for a renewal gives the renewal back whole', async () => {
    const system = await createSystemWithActive(user, { tariffId: tariffs.day.id });
    const early = system.cancelCommand(user, 'immediate', system.clock.now() + hourMs);
    await system.pass(dayMs + hourMs, hourMs);
    await system.deliver({ ...early, refund: 'prorated' });
    expect((await system.state(user)).captures.map(({ refundedMinor }) => refundedMinor)).toEqual([0, 2_900]);
  });
});

describe('leaving now', () => {
  test.each([
    ['without a refund', { ...leaving, refund: 'none' as const }],
    ['by a command of an earlier version', { type: leaving.type, mode: leaving.mode, reason: null }],
  ])('%s gives nothing back', async (_title, command) => {
    const system = await createSystemWithActive(user);
    system.clock.advance(dayMs + secondMs);
    await system.order(user, command);
    expect(canceledOf(system)).not.toHaveProperty('refunded');
    expect(refundsOf(system)).toEqual([]);
  });

  test('at the end of the period gives nothing back: the period is used', async () => {
    const system = await createSystemWithActive(user);
    const atPeriodEnd = { ...leaving, mode: 'period_end' as const };
    await system.order(user, atPeriodEnd);
    expect(refundsOf(system)).toEqual([]);
  });
});
