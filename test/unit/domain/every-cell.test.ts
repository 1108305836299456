import { describe, expect, test } from '@jest/globals';
import { decideCommand } from '../../../src/domain/commands/decide-command.ts';
import { createTestSystem, type TestSystem, createSystemWithActive, tariffs } from '../../support/test-system.ts';

import { dayMs, hourMs } from '../../../src/domain/model/instant.ts';
import { defaultPolicy } from '../../../src/domain/model/policy.ts';
import { systemIds } from '../../../src/adapters/system/ids.ts';
import type { SubscriptionStatus } from '../../../src/domain/model/subscription.ts';

const user = '11111111-1111-4111-8111-111111111111';

/** How to get into every state there is; a state without a way in is a compile error. */
const into: Record<SubscriptionStatus | 'none' | 'held', () => Promise<TestSystem>> = {
  none: () => Promise.resolve(createTestSystem()),
  incomplete: async () => {
    const system = createTestSystem();
    await system.pay(user);
    return system;
  },
  active: () => createSystemWithActive(user),
  past_due: async () => {
    const system = await createSystemWithActive(user);
    system.provider.setMethod((await system.state(user)).methods[0]?.id ?? '', { always: 'insufficient_funds' });
    await system.pass(28 * dayMs, 6 * hourMs);
    return system;
  },
  held: async () => {
    const system = await createSystemWithActive(user);
    system.provider.script('lost');
    await system.pass(28 * dayMs, 6 * hourMs);
    system.provider.alter(system.provider.entries().at(-1)?.object.id ?? '', { accountId: 'another' });
    await system.pass(hourMs);
    return system;
  },
  expired: async () => {
    const system = await createSystemWithActive(user, { renew: false });
    await system.pass(29 * dayMs, 6 * hourMs);
    return system;
  },
  canceled: async () => {
    const system = await createSystemWithActive(user);
    await system.cancel(user, 'immediate');
    return system;
  },
  incomplete_expired: async () => {
    const system = createTestSystem();
    await system.pay(user);
    await system.cancel(user);
    return system;
  },
};

/** The table of docs/domain.md: what each command comes to in each state. */
const cells: readonly (readonly [keyof typeof into, string, string])[] = [
  ['none', 'pay', 'pending'],
  ['none', 'cancel', 'completed'],
  ['none', 'cancel now', 'completed'],
  ['incomplete', 'pay', 'requires_action'],
  ['incomplete', 'pay another tariff', 'pending'],
  ['incomplete', 'cancel', 'completed'],
  ['incomplete', 'cancel now', 'completed'],
  ['active', 'pay', 'already_subscribed'],
  ['active', 'pay another tariff', 'already_subscribed'],
  ['active', 'cancel', 'completed'],
  ['active', 'cancel now', 'completed'],
  ['past_due', 'pay', 'pending'],
  ['past_due', 'pay another tariff', 'pending'],
  ['past_due', 'cancel', 'completed'],
  ['past_due', 'cancel now', 'completed'],
  ['held', 'pay', 'already_subscribed'],
  ['held', 'cancel', 'completed'],
  ['held', 'cancel now', 'completed'],
  ['expired', 'pay', 'pending'],
  ['expired', 'cancel', 'completed'],
  ['expired', 'cancel now', 'completed'],
  ['canceled', 'pay', 'pending'],
  ['canceled', 'cancel', 'completed'],
  ['canceled', 'cancel now', 'completed'],
  ['incomplete_expired', 'pay', 'pending'],
  ['incomplete_expired', 'cancel', 'completed'],
  ['incomplete_expired', 'cancel now', 'completed'],
];

describe('every state has an answer to every command', () => {
  test.each(cells)('%s × %s → %s', async (status, order, expected) => {
    const system = await into[status]();
    const stored = await system.services.store.load(user);
    const state = stored?.subscriber ?? {
      ...(await import('../../../src/domain/model/subscriber.ts')).newSubscriber(user),
    };
    const reached = state.subscription?.status ?? 'none';
    expect(status === 'held' ? reached : status).toBe(status === 'held' ? 'active' : reached);
    const command = order.startsWith('pay')
      ? system.payCommand(user, { tariffId: tariffs.month.id })
      : system.cancelCommand(user, order === 'cancel now' ? 'immediate' : 'period_end');
    const tariff = order === 'pay another tariff' ? tariffs.year : tariffs.month;
    const context = {
      now: system.clock.now(),
      realNow: system.clock.now(),
      policy: defaultPolicy,
      ids: systemIds,
      seal: () => 'sealed',
      shop: { accountId: '100500', test: true },
    };
    const decision = decideCommand(state, command, { tariff, paySystemKnown: true, testClockKnown: true }, context);
    if (decision.kind === 'ignored') throw new Error(decision.reason);
    const resolved = decision.events.find(
      (event) => event.type === 'command.resolved' && event.commandId === command.commandId,
    );
    const outcome = resolved?.type === 'command.resolved' ? resolved.outcome : null;
    expect(outcome === null ? 'pending' : outcome.kind === 'rejected' ? outcome.reason : outcome.kind).toBe(expected);
  });

  test('no state is missing from the table', () => {
    const orders = ['pay', 'cancel', 'cancel now'];
    const missing = Object.keys(into).flatMap((status) =>
      orders
        .filter((order) => !cells.some((cell) => cell[0] === status && cell[1] === order))
        .map((order) => `${status} × ${order}`),
    );
    expect(missing).toEqual([]);
  });
});
