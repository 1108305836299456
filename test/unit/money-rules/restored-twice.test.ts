import { expect, test } from '@jest/globals';
import { dayMs, hourMs } from '../../../src/domain/model/instant.ts';
import { createSystemWithActive, type TestSystem, tariffs } from '../../support/test-system.ts';

// One document goes back to a backup, and later another one to the same backup (docs/disaster.md).

const first = '11111111-1111-4111-8111-111111111111';
const second = '22222222-2222-4222-8222-222222222222';

const charges = (system: TestSystem, userId: string) =>
  system.provider
    .entries()
    .flatMap(({ object }) => (object.object === 'payment' && object.metadata.userId === userId ? [object] : []));
const rowsOf = (system: TestSystem, userId: string) => system.readModelRows().filter((row) => row.userId === userId);

/** Two subscribers of a day. The document of the first one goes back and is recalled, and both live on for two weeks. */
async function restoredOnce() {
  const system = await createSystemWithActive(first, { tariffId: tariffs.day.id });
  await system.pay(second, { tariffId: tariffs.day.id });
  await system.payPage(second);
  await system.pass(12 * hourMs);
  const backup = system.backUp();
  await system.pass(dayMs, hourMs);
  await system.restore(backup, [first]);
  await system.pass(14 * dayMs, hourMs);
  return { system, backup: { ...backup, stoppedAt: system.clock.now() } };
}

test('what the second one has lost is recalled too, and is not charged again', async () => {
  const { system, backup } = await restoredOnce();
  const charged = charges(system, second);
  // The services stand still for longer than a key lives.
  system.clock.set(system.clock.now() + 25 * hourMs);
  await system.restore(backup, [second]);
  await system.pass(hourMs);
  const names = charges(system, second).map(({ metadata }) => metadata.paymentId);
  expect(names.slice(0, charged.length)).toEqual(charged.map(({ metadata }) => metadata.paymentId));
  expect(new Set(names).size).toBe(names.length);
  expect(await system.state(second)).toMatchObject({ recalled: [], subscription: { held: null } });
  expect(system.errorLines()).toEqual([]);
});

test('what the first one has done since its restore stays in its history', async () => {
  const { system, backup } = await restoredOnce();
  const before = rowsOf(system, first).map(({ model, id }) => `${model} ${id}`);
  // The document has let most of them go: their rows are all that is left.
  expect(before.filter((name) => name.startsWith('payments'))).toHaveLength(charges(system, first).length);
  await system.restore(backup, [second]);
  expect(rowsOf(system, first).map(({ model, id }) => `${model} ${id}`)).toEqual(before);
});
