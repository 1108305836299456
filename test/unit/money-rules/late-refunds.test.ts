import { describe, expect, test } from '@jest/globals';
import { dayMs, hourMs } from '../../../src/domain/model/instant.ts';
import type { FakeResult } from '../../fakes/payment-provider-core.ts';
import { createMemoryWorkList } from '../../fakes/work-list.ts';
import { createSystemWithActive, type TestSystem } from '../../support/test-system.ts';

const user = '11111111-1111-4111-8111-111111111111';

/** A payment of which all goes back, by a refund that ends so at each of its attempts. */
async function systemWithRefund(...results: readonly FakeResult[]) {
  const system = await createSystemWithActive(user);
  const paymentId = (await system.state(user)).captures[0]?.paymentId ?? '';
  system.provider.scriptRefunds(...results);
  const given = { type: 'payment.refund', amountMinor: null, revokeAccess: false, cause: 'complaint' } as const;
  expect(await system.staff(user, { ...given, paymentId })).toBe('completed');
  return system;
}
const alarms = (system: TestSystem) =>
  system.errorLines().flatMap(({ fields }) => (fields.type === 'refund.alarmed' ? [fields.detail] : []));
const late = (system: TestSystem) =>
  createMemoryWorkList({ rows: system.readModelRows })({ state: 'refund_late', after: null, limit: 10 });
const refundOf = async (system: TestSystem) => (await system.state(user)).refunds[0];

describe('a refund that dawdles', () => {
  test('is reported after two days, once, and waits for a person until it has arrived', async () => {
    const system = await systemWithRefund('pending');
    const since = system.clock.now();
    await system.pass(2 * dayMs - hourMs, hourMs);
    expect([alarms(system), await late(system)]).toEqual([[], []]);
    await system.pass(hourMs);
    expect(alarms(system)).toEqual([expect.stringMatching(/^the refund is late, .* now pending$/)]);
    const { id, providerRefundId } = (await refundOf(system))!;
    expect(await late(system)).toEqual([{ userId: user, kind: 'refund', id, since }]);
    await system.pass(5 * dayMs, 6 * hourMs);
    expect(alarms(system)).toHaveLength(1);
    system.provider.finish(providerRefundId ?? '', 'succeeded');
    await system.hint('refund', providerRefundId ?? '');
    expect(await late(system)).toEqual([]);
  });

  test('counts from its first request, whatever attempt it is at, and is listed under its present id alone', async () => {
    const system = await systemWithRefund(...Array.from({ length: 20 }, () => 'general_decline' as const));
    await system.pass(dayMs, hourMs);
    expect(alarms(system)).toEqual([]);
    await system.pass(dayMs, hourMs);
    expect(alarms(system)).toHaveLength(1);
    await system.pass(5 * dayMs, hourMs);
    expect(alarms(system)).toHaveLength(1);
    const refund = await refundOf(system);
    expect(refund?.attemptNo).toBeGreaterThan(5);
    expect(await late(system)).toMatchObject([{ id: refund?.id }]);
  });

  test('that fails for the last time stays in the list', async () => {
    const system = await systemWithRefund(...Array.from({ length: 40 }, () => 'general_decline' as const));
    await system.pass(32 * dayMs, 6 * hourMs);
    expect(await refundOf(system)).toMatchObject({ state: 'failed', retryAt: null });
    expect(await late(system)).toHaveLength(1);
  });

  test('of a version that knew no such alarm is reported as soon as it is late', async () => {
    const system = await systemWithRefund('pending');
    expect(await refundOf(system)).not.toHaveProperty('alarmedAt');
    system.clock.set(system.clock.now() + 9 * dayMs);
    await system.runDue();
    expect(alarms(system)).toHaveLength(1);
  });
});

describe('a refund that the shop has no money for', () => {
  test('is reported at once, and not again while it is tried', async () => {
    const system = await systemWithRefund('insufficient_funds', 'insufficient_funds', 'succeeded');
    expect(alarms(system)).toEqual([expect.stringMatching(/^the shop has not enough money .* now failed$/)]);
    expect(await late(system)).toHaveLength(1);
    await system.pass(2 * dayMs, hourMs);
    expect(alarms(system)).toHaveLength(1);
    expect([(await system.state(user)).refunds, await late(system)]).toEqual([[], []]);
  });
});
