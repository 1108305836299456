import { expect, test } from '@jest/globals';
import { commands } from '../../../src/domain/commands/index.ts';
import { expectedCells } from '../../simulation/checks/coverage.ts';
import { commandRows, type CommandRows, commandTypes, drawCommandType } from '../../support/commands.ts';
import { createRandom } from '../../simulation/world/random.ts';

const { 'subscription.pay': pay, ...others } = commandRows;
const cells = { none: 'pending', incomplete: 'pending' };

/** These must not compile: an unused `@ts-expect-error` is itself an error. */
export const forgotten = [
  // @ts-expect-error Each command needs a row.
  others satisfies CommandRows,
  // @ts-expect-error Each state needs a cell.
  { ...others, 'subscription.pay': { ...pay, orders: { pay: { ...pay.orders.pay, cells } } } } satisfies CommandRows,
  // @ts-expect-error Each field needs an arbitrary.
  { ...others, 'subscription.pay': { ...pay, fields: others['subscription.cancel'].fields } } satisfies CommandRows,
  // @ts-expect-error Each field needs a draw.
  { ...others, 'subscription.pay': { ...pay, draw: () => ({ renew: true }) } } satisfies CommandRows,
  // @ts-expect-error The simulation needs a mode to count.
  { ...others, 'subscription.pay': { ...pay, modes: [] } } satisfies CommandRows,
];

test('every command has a row', () => {
  expect(commandTypes.toSorted()).toEqual(Object.keys(commands).toSorted());
});

test('the coverage of the simulation has every command in every state', () => {
  for (const type of Object.keys(commands))
    expect(expectedCells.filter((cell) => cell.startsWith(`command: past_due × ${type}`))).not.toEqual([]);
});

test('people send each command as often as its weight says', () => {
  const random = createRandom(1);
  const drawn = Array.from({ length: 10_000 }, () => drawCommandType(random));
  const total = commandTypes.reduce((sum, type) => sum + commandRows[type].weight, 0);
  for (const type of commandTypes) {
    const share = drawn.filter((one) => one === type).length / drawn.length;
    expect(Math.abs(share - commandRows[type].weight / total)).toBeLessThan(0.02);
  }
});
