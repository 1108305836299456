import { describe, expect, test } from '@jest/globals';
import { commandGroup } from '../../../src/application/ports/blocked-keys.ts';
import { handleTimer } from '../../../src/application/handle-timer.ts';
import { dayMs, hourMs } from '../../../src/domain/instant.ts';
import { houseWithActive } from '../../support/house.ts';

const user = '11111111-1111-4111-8111-111111111111';
const trace = { correlationId: 'request-1', causationId: null };

/** A command of the user that fails and waits: what it wants is not known. */
const parkedCommand = (parkedAt: number) => ({
  ...{ group: commandGroup, topic: 'billing.commands.v1', partition: 0, offset: '7', key: user },
  ...{ sealed: 'sealed', timestamp: parkedAt, parkedAt },
});

describe('a subscriber whose commands are blocked', () => {
  test('is not charged while an order waits that may be a cancel, and is when the key is free again', async () => {
    const house = await houseWithActive(user);
    const parked = parkedCommand(house.clock.now());
    await house.blockedKeys.park(parked, null);
    await house.pass(28 * dayMs + 2 * hourMs, 6 * hourMs);
    expect(house.provider.sends().map((send) => send.order.kind)).toEqual(['checkout']);
    expect((await house.state(user)).entitlement?.active).toBe(true);
    await house.blockedKeys.finish(parked);
    await house.pass(6 * hourMs, hourMs);
    expect(house.provider.sends().map((send) => send.order.kind)).toEqual(['checkout', 'charge']);
    expect((await house.state(user)).subscription).toMatchObject({ status: 'active', term: { periodIndex: 1 } });
  });

  test('is told why the renewal is let go, and only renewals are', async () => {
    const house = await houseWithActive(user);
    await house.blockedKeys.park(parkedCommand(house.clock.now()), null);
    const { subscription } = await house.state(user);
    const subscriptionId = subscription?.id ?? '';
    const renewal = { type: 'subscription.renewal_due', subscriptionId, periodIndex: 1, attemptNo: 1 } as const;
    const expiry = { type: 'subscription.expiry_due', subscriptionId, dueAt: house.clock.now() } as const;
    const reason = 'command key is blocked';
    expect(await handleTimer(house.services, user, renewal, trace)).toEqual({ kind: 'ignored', reason });
    expect(await handleTimer(house.services, user, expiry, trace)).not.toMatchObject({ reason });
  });
});
