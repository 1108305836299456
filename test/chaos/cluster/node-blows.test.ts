import { expect, test } from '@jest/globals';
import { deal } from '../killer.ts';
import { createRandom } from '../random.ts';
import { nodeKinds } from './nodes.ts';
import { nodeTable } from './node-blows.ts';

/** The fewest that a run of 100 cycles must have of each, with any seed. */
const leastKills = 30;
const cycles = 100;
const brokerRoles: readonly string[] = ['leader', 'controller', 'follower'];

/** The card that turns our processes over is in the pack as well. */
const pack = [
  ...nodeTable.flatMap(({ act, roles, times }) => {
    const kind = roles.every((role) => brokerRoles.includes(role)) ? 'kafka' : 'mongod';
    return Array.from({ length: times }, () => `${act} ${kind}`);
  }),
  ...nodeKinds.map((kind) => `roll ${kind}`),
  'turn',
];

test.each([1, 2, 3, 4, 5, 6, 7, 8, 9, 10])(
  `seed %i: ${cycles} cycles kill enough of both and leave out nothing`,
  (seed) => {
    const cards = deal(pack, createRandom(seed));
    const drawn = Array.from({ length: cycles }, () => cards.next().value);
    const countOf = (one: string): number => drawn.filter((card) => card === one).length;
    expect(countOf('SIGKILL kafka')).toBeGreaterThanOrEqual(leastKills);
    expect(countOf('SIGKILL mongod')).toBeGreaterThanOrEqual(leastKills);
    expect(new Set(drawn)).toEqual(new Set(pack));
  },
);
