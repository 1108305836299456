import { describe, expect, test } from '@jest/globals';
import { commandGroup } from '../../../src/application/ports/blocked-keys.ts';
import { handleTimer } from '../../../src/application/handlers/handle-timer.ts';
import { dayMs, hourMs } from '../../../src/domain/model/instant.ts';
import { createSystemWithActive } from '../../support/test-system.ts';

const user = '11111111-1111-4111-8111-111111111111';
const trace = { correlationId: 'request-1', causationId: null };

/** A blocked command of the user: its content is not known. */
const parkedCommand = (parkedAt: number) => ({
  ...{ group: commandGroup, topic: 'billing.commands.v1', partition: 0, offset: '7', key: user },
  ...{ sealed: 'sealed', timestamp: parkedAt, parkedAt },
});

describe('a subscriber whose commands are blocked', () => {
  test('is not charged while a blocked command may be a cancel, and is when the key is free again', async () => {
    const system = await createSystemWithActive(user);
    const parked = parkedCommand(system.clock.now());
    await system.blockedKeys.park(parked, null);
    await system.pass(28 * dayMs + 2 * hourMs, 6 * hourMs);
    expect(system.provider.sends().map((send) => send.order.kind)).toEqual(['checkout']);
    expect((await system.state(user)).entitlement?.active).toBe(true);
    await system.blockedKeys.finish(parked);
    await system.pass(6 * hourMs, hourMs);
    expect(system.provider.sends().map((send) => send.order.kind)).toEqual(['checkout', 'charge']);
    expect((await system.state(user)).subscription).toMatchObject({ status: 'active', term: { periodIndex: 1 } });
  });

  test('gets the fact that access has ended, though the renewal that is due hides the expiry', async () => {
    const system = await createSystemWithActive(user);
    const parked = parkedCommand(system.clock.now());
    await system.blockedKeys.park(parked, null);
    await system.pass(36 * dayMs, 6 * hourMs);
    expect(system.provider.sends().map((send) => send.order.kind)).toEqual(['checkout']);
    const published = () => system.facts(user).filter(({ type }) => type === 'entitlement.changed');
    expect(published().map(({ active }) => active)).toEqual([true, false]);
    expect((await system.state(user)).subscription).toMatchObject({ status: 'active', autoRenew: true });
    await system.blockedKeys.finish(parked);
    await system.pass(5 * dayMs, 6 * hourMs);
    expect((await system.state(user)).subscription).toMatchObject({ status: 'active', term: { periodIndex: 1 } });
    expect(published().at(-1)).toMatchObject({ active: true });
  });

  test('gets their refund, and operators their alarm, though the renewal that is due hides both', async () => {
    const system = await createSystemWithActive(user);
    const paymentId = (await system.state(user)).captures[0]?.paymentId ?? '';
    await system.pass(27 * dayMs, 6 * hourMs);
    system.provider.scriptRefunds(...Array.from({ length: 6 }, () => 'insufficient_funds' as const));
    const given = { type: 'payment.refund', amountMinor: 10_000, revokeAccess: false, cause: 'complaint' } as const;
    await system.staff(user, { ...given, paymentId });
    await system.blockedKeys.park(parkedCommand(system.clock.now()), null);
    await system.pass(20 * dayMs, hourMs);
    const alarms = system.errorLines().filter(({ fields }) => fields.type === 'refund.alarmed');
    expect(alarms).toHaveLength(1);
    expect((await system.state(user)).refunds).toEqual([]);
    expect(system.facts(user).map(({ type }) => type)).toContain('refund.succeeded');
    expect(system.provider.sends().map((send) => send.order.kind)).not.toContain('charge');
  });

  test('is skipped with a reason, and only at renewals', async () => {
    const system = await createSystemWithActive(user);
    await system.blockedKeys.park(parkedCommand(system.clock.now()), null);
    const { subscription } = await system.state(user);
    const subscriptionId = subscription?.id ?? '';
    const renewal = { type: 'subscription.renewal_due', subscriptionId, periodIndex: 1, attemptNo: 1 } as const;
    const expiry = { type: 'subscription.expiry_due', subscriptionId, dueAt: system.clock.now() } as const;
    const reason = 'command key is blocked';
    expect(await handleTimer(system.services, user, renewal, trace)).toEqual({ kind: 'ignored', reason });
    expect(await handleTimer(system.services, user, expiry, trace)).not.toMatchObject({ reason });
  });
});
