import { describe, expect, test } from '@jest/globals';
import { dayMs, hourMs } from '../../../src/domain/model/instant.ts';
import type { FakeResult } from '../../fakes/payment-provider-core.ts';
import { createSystemWithActive, type TestSystem } from '../../support/test-system.ts';

const user = '11111111-1111-4111-8111-111111111111';
const refundGiven = { type: 'payment.refund', revokeAccess: false, cause: 'complaint' } as const;

const captureOf = async (system: TestSystem) => (await system.state(user)).captures[0]!;
const refundOf = async (system: TestSystem) => (await system.state(user)).refunds[0];
const recordRefund = (system: TestSystem, paymentId: string, amountMinor: number | null = null) =>
  system.staff(user, { type: 'refund.record_external', paymentId, amountMinor });
const asked = (system: TestSystem) => system.provider.sends().filter(({ order }) => order.kind === 'refund').length;
const factsOf = (system: TestSystem, type: string) => system.facts(user).filter((fact) => fact.type === type);

/** A payment of which so much goes back, by a refund that ends so. */
async function systemWithRefund(amountMinor: number | null, ...results: readonly FakeResult[]) {
  const system = await createSystemWithActive(user);
  const { paymentId } = await captureOf(system);
  system.provider.scriptRefunds(...results);
  expect(await system.staff(user, { ...refundGiven, paymentId, amountMinor })).toBe('completed');
  return { system, paymentId, refundId: (await refundOf(system))?.id ?? 'none' };
}

describe('a refund that failed and that staff paid by other means', () => {
  test.each([
    ['all of the payment', null, 29_900],
    ['a part', 10_000, 10_000],
  ])('of %s is asked for no more, and its payment counts it once', async (_name, amountMinor, minor) => {
    const { system, paymentId, refundId } = await systemWithRefund(amountMinor, 'general_decline');
    expect(await recordRefund(system, refundId)).toBe('completed');
    expect(await refundOf(system)).toBeUndefined();
    expect(await captureOf(system)).toMatchObject({ refundedMinor: minor, requestedMinor: 0, refundsMade: 1 });
    expect(factsOf(system, 'refund.recorded_external')).toEqual([
      expect.objectContaining({
        paymentId,
        by: 'staff',
        refundedMinor: minor,
        amount: { amountMinor: minor, currency: 'RUB' },
      }),
    ]);
    expect(factsOf(system, 'refund.failed').at(-1)).toMatchObject({ reason: 'refunded_externally', retryAt: null });
    await system.pass(3 * dayMs, hourMs);
    expect(asked(system)).toBe(1);
    expect(system.errorLines()).toEqual([]);
  });

  test('leaves the rest of the payment to be refunded, and no more', async () => {
    const { system, paymentId, refundId } = await systemWithRefund(10_000, 'general_decline');
    await recordRefund(system, refundId);
    expect(await system.staff(user, { ...refundGiven, paymentId, amountMinor: 19_901 })).toBe('refund_exceeds');
    expect(await system.staff(user, { ...refundGiven, paymentId, amountMinor: null })).toBe('completed');
    const [last] = system.provider
      .entries()
      .flatMap(({ object }) => (object.object === 'refund' ? [object] : []))
      .slice(-1);
    expect(last).toMatchObject({ status: 'succeeded', amount: { amountMinor: 19_900 } });
    expect(await captureOf(system)).toMatchObject({ refundedMinor: 29_900, refundsMade: 2 });
  });

  test('may still succeed while it is open: then it is refused, or the money would go back twice', async () => {
    const { system, refundId } = await systemWithRefund(null, 'pending');
    expect(await recordRefund(system, refundId)).toBe('payment_in_progress');
    expect(await refundOf(system)).toMatchObject({ state: 'pending' });
  });

  test('is named by itself: by its payment nothing is left to record, and it would be made as well', async () => {
    const { system, paymentId, refundId } = await systemWithRefund(null, 'general_decline');
    expect(await recordRefund(system, paymentId)).toBe('refund_exceeds');
    expect(await recordRefund(system, refundId)).toBe('completed');
    await system.pass(3 * dayMs, hourMs);
    expect(asked(system)).toBe(1);
  });

  test('is recorded for all of it', async () => {
    const { system, refundId } = await systemWithRefund(null, 'general_decline');
    expect(await recordRefund(system, refundId, 100)).toBe('refund_exceeds');
    expect(await recordRefund(system, refundId, 29_900)).toBe('completed');
  });
});

describe('money of a payment that staff paid back without a refund of ours', () => {
  test('counts, whatever its age, and touches neither access nor renewal', async () => {
    const system = await createSystemWithActive(user);
    const { paymentId } = await captureOf(system);
    expect(await recordRefund(system, paymentId, 10_000)).toBe('completed');
    expect(await recordRefund(system, paymentId, 19_901)).toBe('refund_exceeds');
    expect(await recordRefund(system, paymentId)).toBe('completed');
    expect(await captureOf(system)).toMatchObject({ refundedMinor: 29_900 });
    expect(await recordRefund(system, paymentId)).toBe('completed');
    expect(factsOf(system, 'refund.recorded_external')).toHaveLength(2);
    expect(await system.state(user)).toMatchObject({
      subscription: { status: 'active', autoRenew: true },
      entitlement: { active: true },
    });
    const rows = system.readModelRows().flatMap((row) => (row.model === 'refunds' ? [row.row] : []));
    expect(rows).toMatchObject([
      { reason: 'paid_back', state: 'succeeded', amount: { amountMinor: 10_000 } },
      { reason: 'paid_back', state: 'succeeded', amount: { amountMinor: 19_900 } },
    ]);
    const listed = await system.services.books.listSucceeded({
      object: 'refund',
      from: 0,
      to: system.clock.now() + dayMs,
    });
    expect(listed).toEqual([]);
  });

  test('of a payment that is not theirs is refused', async () => {
    const system = await createSystemWithActive(user);
    expect(await recordRefund(system, 'another')).toBe('refund_exceeds');
  });
});
