import { describe, expect, test } from '@jest/globals';
import { decideCommand } from '../../../src/domain/commands/decide-command.ts';
import { type CommandType, commands } from '../../../src/domain/commands/index.ts';
import type { Decision } from '../../../src/domain/decision/draft.ts';
import type { Context } from '../../../src/domain/model/context.ts';
import { dayMs, hourMs } from '../../../src/domain/model/instant.ts';
import { testPolicy } from '../../support/policy.ts';
import { newSubscriber } from '../../../src/domain/model/subscriber.ts';
import { systemIds } from '../../../src/adapters/system/ids.ts';
import { type CellState, commandRows, factsFor, orders } from '../../support/commands.ts';
import { createTestSystem, type TestSystem, createSystemWithActive } from '../../support/test-system.ts';

const user = '11111111-1111-4111-8111-111111111111';

/** How to reach each state; the type makes a missing one a compile error. */
const into: Record<CellState, () => Promise<TestSystem>> = {
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

const cells = orders.flatMap(({ name, cells: outcomes }) =>
  Object.entries(outcomes).map(([status, expected]) => [status as CellState, name, expected] as const),
);

describe('every state has an answer to every command', () => {
  test.each(cells)('%s × %s → %s', async (status, name, expected) => {
    const system = await into[status]();
    const stored = await system.services.store.load(user);
    const state = stored?.subscriber ?? newSubscriber(user);
    const reached = state.subscription?.status ?? 'none';
    expect(reached).toBe(status === 'held' ? 'active' : status);
    const now = system.clock.now();
    const order = orders.find((one) => one.name === name);
    const acceptedAt = order?.late === true ? (state.subscription?.createdAt ?? now) : now;
    const [command] = order?.commandsFor(state, { commandId: 'command', acceptedAt }) ?? [];
    if (command === undefined) throw new Error('there is no such order');
    expect(outcomeOf(decideCommand(state, command, factsFor(command), contextAt(now)))).toBe(expected);
  });

  test('every command has an entry, and every entry a cell for each state', () => {
    for (const type of Object.keys(commands) as CommandType[])
      expect([type, Object.keys(commandRows[type].orders).length > 0]).toEqual([type, true]);
    expect(cells).toHaveLength(orders.length * Object.keys(into).length);
  });
});

const contextAt = (now: number): Context => ({
  ...{ now, realNow: now, policy: testPolicy, ids: systemIds },
  ...{ epoch: null, seal: () => 'sealed', shop: { accountId: '100500', test: true } },
  keepContact: () => ({ personalKey: 'sealed', sealed: 'sealed', masked: 'i***@c***.example' }),
});

function outcomeOf(decision: Decision): string {
  if (decision.kind === 'ignored') throw new Error(decision.reason);
  const [outcome] = decision.events.flatMap((event) =>
    event.type === 'command.resolved' && event.commandId === 'command' ? [event.outcome] : [],
  );
  if (outcome === undefined) return 'pending';
  return outcome.kind === 'rejected' ? outcome.reason : outcome.kind;
}
