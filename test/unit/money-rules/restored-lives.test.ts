import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { mustQueue } from '../../../src/application/ports/faults.ts';
import type { Command } from '../../../src/domain/commands/index.ts';
import { dayMs, hourMs, minuteMs } from '../../../src/domain/model/instant.ts';
import { readMessage } from '../../support/read-message.ts';
import { createTestSystem, type TestSystem, tariffs } from '../../support/test-system.ts';

// Random lives, a backup at any moment, and a restore of it hours or days later, for all users or for one.

const users = ['11111111-1111-4111-8111-111111111111', '22222222-2222-4222-8222-222222222222'] as const;

type Life = { readonly system: TestSystem; readonly commands: Command[] };
type Step = (life: Life, user: string) => unknown;

async function send({ system, commands }: Life, command: Command): Promise<void> {
  commands.push(command);
  await system.deliver(command);
  await system.services.relay.idle();
}

const steps = {
  'buys days': (life, user) => send(life, life.system.payCommand(user, { tariffId: tariffs.day.id })),
  'buys months': (life, user) => send(life, life.system.payCommand(user)),
  'pays the page': async ({ system }, user) => {
    const page = (await system.services.store.load(user))?.subscriber.payment?.providerPaymentId ?? null;
    // The hour of the page may be over.
    const isOpen = system.provider.entries().some(({ object: { id, status } }) => id === page && status === 'pending');
    if (isOpen) await system.payPage(user);
  },
  cancels: (life, user) => send(life, life.system.cancelCommand(user, 'period_end')),
  leaves: (life, user) => send(life, { ...life.system.cancelCommand(user, 'immediate'), refund: 'prorated' }),
  'the next charge is declined': async ({ system }, user) => {
    const stored = await system.services.store.load(user);
    for (const { id } of stored?.subscriber.methods ?? [])
      system.provider.setMethod(id, { next: 'insufficient_funds' });
  },
  'an answer is lost': ({ system }) => {
    system.provider.script('lost');
  },
  'a request is lost': ({ system }) => {
    system.provider.script('not_done');
  },
  'an hour passes': ({ system }) => system.pass(hourMs, 20 * minuteMs),
  'a day passes': ({ system }) => system.pass(dayMs, hourMs),
} as const satisfies Readonly<Record<string, Step>>;

type Move = { readonly name: keyof typeof steps; readonly user: number };
const move = fc.record({
  name: fc.constantFrom(...(Object.keys(steps) as readonly (keyof typeof steps)[])),
  user: fc.nat({ max: users.length - 1 }),
});
const begun: readonly Move[] = [0, 1].flatMap((user) => [
  { name: user === 0 ? 'buys days' : 'buys months', user },
  { name: 'pays the page', user },
]);

async function live(life: Life, moves: readonly Move[]): Promise<void> {
  for (const { name, user } of moves) await (steps[name] as Step)(life, users[user] ?? users[0]);
}

/** The money of the provider, by our id of the payment. */
function moneyOf({ provider }: TestSystem) {
  const objects = provider.entries().map(({ object }) => object);
  const taken = objects.filter(({ object, status }) => object === 'payment' && status === 'succeeded');
  const backs = objects.flatMap((object) =>
    object.object === 'refund' && object.status === 'succeeded' ? [object] : [],
  );
  return { taken, backs };
}

/** What must hold of every user, some days after the restore. */
async function judge({ system, commands }: Life): Promise<void> {
  const { taken, backs } = moneyOf(system);
  const ids = taken.map(({ metadata }) => metadata.paymentId);
  expect(new Set(ids).size).toBe(ids.length);
  for (const user of users) {
    const { captures, recalled, subscription } = await system.state(user);
    const kept = captures.filter(({ capturedMinor, refundedMinor }) => refundedMinor < capturedMinor);
    const periods = kept.map(({ subscriptionId, periodKey }) => `${subscriptionId} ${periodKey}`);
    expect(new Set(periods).size).toBe(periods.length);
    // All money of the provider is known or, where nothing has taken it, named.
    const known = new Set([...captures.map((one) => one.providerPaymentId), ...recalled.map(({ id }) => id)]);
    const unknown = taken.filter(({ id, metadata }) => metadata.userId === user && !known.has(id));
    expect(unknown).toEqual([]);
    for (const { paymentId, providerPaymentId, refundedMinor } of captures) {
      const back = backs.filter((one) => one.providerPaymentId === providerPaymentId);
      const sum = back.reduce((total, { amount }) => total + amount.amountMinor, 0);
      const named = recalled.filter((one) => one.object === 'refund' && one.paymentId === paymentId);
      const unclaimed = named.reduce((total, { amount }) => total + amount.amountMinor, 0);
      expect({ paymentId, sum: sum - unclaimed }).toEqual({ paymentId, sum: refundedMinor });
    }
    expect(subscription !== null && 'held' in subscription ? subscription.held : null).toBeNull();
    const numbers = system.messages
      .filter(({ key }) => key === user)
      .map(readMessage)
      .flatMap((carried) => (carried.kind === 'fact' ? [carried.sequence] : []));
    expect(numbers).toEqual([...new Set(numbers)].toSorted((a, b) => a - b));
  }
  for (const { userId, commandId } of commands) expect(await system.outcome(userId, commandId)).not.toBeNull();
}

/** A command that waits for what the provider has is tried again after a minute, as in the queue of its key. */
async function deliverPatiently(system: TestSystem, command: Life['commands'][number], tries = 120): Promise<void> {
  try {
    await system.deliver(command);
  } catch (error) {
    if (tries === 0 || !mustQueue(error)) throw error;
    await system.pass(minuteMs, minuteMs);
    await deliverPatiently(system, command, tries - 1);
  }
}

const restore = fc.record({
  before: fc.array(move, { maxLength: 6 }),
  since: fc.array(move, { minLength: 1, maxLength: 8 }),
  downHours: fc.constantFrom(0, 1, 25, 60),
  isOfOne: fc.boolean(),
  timersFirst: fc.boolean(),
});

test('after any restore each period is paid once, money goes back once, every command ends and every reader hears', async () => {
  const property = fc.asyncProperty(restore, async ({ before, since, downHours, isOfOne, timersFirst }) => {
    const life: Life = { system: createTestSystem(), commands: [] };
    const { system, commands } = life;
    await live(life, [...begun, ...before]);
    const backup = system.backUp();
    const known = commands.length;
    await live(life, since);
    system.clock.set(system.clock.now() + downHours * hourMs);
    await system.restore(backup, isOfOne ? [users[0]] : undefined);
    if (timersFirst) await system.runDue();
    // Kafka has the commands since the backup in their sequence.
    for (const command of commands.slice(known)) await deliverPatiently(system, command);
    await system.pass(5 * dayMs, hourMs);
    await system.services.relay.idle();
    await judge(life);
  });
  await fc.assert(property, { numRuns: Number(process.env['LIVES'] ?? 60) });
}, 240_000);
