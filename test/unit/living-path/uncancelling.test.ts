import { describe, expect, test } from '@jest/globals';
import { dayMs, hourMs, toIso } from '../../../src/domain/model/instant.ts';
import { createSystemWithActive, type TestSystem } from '../../support/test-system.ts';

const user = '11111111-1111-4111-8111-111111111111';

const uncancel = (system: TestSystem) => system.order(user, { type: 'subscription.uncancel' });
const charges = (system: TestSystem) => system.provider.sends().filter((send) => send.order.kind === 'charge');
const typesOf = (system: TestSystem) => system.facts(user).map((event) => event.type);

/** Past due by one decline; further charges succeed. */
async function createPastDue(): Promise<TestSystem> {
  const system = await createSystemWithActive(user);
  const method = (await system.state(user)).methods[0]?.id ?? '';
  system.provider.setMethod(method, { next: 'insufficient_funds', always: 'succeeded' });
  await system.pass(28 * dayMs, 6 * hourMs);
  expect((await system.state(user)).subscription?.status).toBe('past_due');
  return system;
}

describe('taking a cancel back', () => {
  test('lets the subscription renew at its boundary, and access runs on as if it had not been canceled', async () => {
    const system = await createSystemWithActive(user);
    const before = (await system.state(user)).entitlement;
    await system.cancel(user);
    expect((await system.state(user)).entitlement).not.toEqual(before);
    expect(await uncancel(system)).toMatchObject({ kind: 'completed' });
    expect((await system.state(user)).entitlement).toEqual(before);
    await system.pass(29 * dayMs, 6 * hourMs);
    const { subscription } = await system.state(user);
    expect(subscription?.status === 'active' && toIso(subscription.term.periodStart)).toBe('2026-02-28T09:00:00.000Z');
    expect(typesOf(system)).toContain('subscription.cancel_undone');
  });

  test('changes nothing where the subscription renews already', async () => {
    const system = await createSystemWithActive(user);
    const before = typesOf(system);
    expect(await uncancel(system)).toMatchObject({ kind: 'completed' });
    expect(typesOf(system)).toEqual(before);
  });

  test('comes too late after the end', async () => {
    const system = await createSystemWithActive(user);
    await system.cancel(user);
    system.clock.set(Date.parse('2026-02-28T09:00:00.000Z'));
    expect(await uncancel(system)).toEqual({ kind: 'rejected', reason: 'too_late' });
    await system.runDue();
    expect(await uncancel(system)).toEqual({ kind: 'rejected', reason: 'too_late' });
  });

  test('without a saved method that may be charged leads to a page first', async () => {
    const system = await createSystemWithActive(user, { renew: false });
    expect(await uncancel(system)).toMatchObject({ kind: 'requires_action' });
    await system.cancel(user);
    expect(await uncancel(system)).toMatchObject({ kind: 'requires_action' });
    expect((await system.state(user)).subscription).toMatchObject({ autoRenew: false, cancelAtPeriodEnd: true });
  });

  test('while past due lets the ladder go on with its next step; a step that has passed is not made up for', async () => {
    const system = await createPastDue();
    await system.cancel(user);
    await system.pass(36 * hourMs, hourMs);
    expect(charges(system)).toHaveLength(1);
    expect(await uncancel(system)).toMatchObject({ kind: 'completed' });
    await system.pass(hourMs, 10 * 60_000);
    expect(charges(system)).toHaveLength(1);
    await system.pass(2 * dayMs);
    expect(charges(system)).toHaveLength(2);
    expect((await system.state(user)).subscription).toMatchObject({ status: 'active', term: { periodIndex: 1 } });
  });

  test('waits for a charge that was out at the cancel: it may succeed, and another would be the second', async () => {
    const system = await createPastDue();
    system.provider.script(...Array.from({ length: 9 }, () => 'lost' as const));
    await system.pass(dayMs + hourMs, hourMs);
    expect((await system.state(user)).payment?.kind).toBe('charge');
    await system.cancel(user);
    expect(await uncancel(system)).toEqual({ kind: 'rejected', reason: 'payment_in_progress' });
  });
});
