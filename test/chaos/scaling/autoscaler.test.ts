import { expect, test } from '@jest/globals';
import { nextReplicas, readScaledObject } from './autoscaler.ts';

const scaled = readScaledObject('cinema-billing-consumers-commands');

test('the numbers are those of the manifest', () => {
  const { group, topic } = scaled;
  expect([group, topic]).toEqual(['billing-commands', 'billing.commands.v1']);
  expect(scaled).toMatchObject({ lagThreshold: 1_000, min: 2, max: 12 });
});

test.each([
  ['nothing waits', { running: 2, lags: [0] }, 2],
  ['fewer run than there must be', { running: 1, lags: [0] }, 2],
  ['a backlog for three', { running: 1, lags: [2_800] }, 3],
  ['a backlog for more than there may be: four more, or twice as many', { running: 3, lags: [20_000] }, 7],
  ['the rest of them', { running: 7, lags: [20_000] }, 12],
  ['a tenth too much', { running: 3, lags: [3_290] }, 3],
  ['a tenth too little', { running: 3, lags: [2_750, 2_750] }, 3],
  ['a lag that has fallen', { running: 12, lags: [9_000, 3_000] }, 11],
  ['a lag that was high a moment ago', { running: 12, lags: [12_000, 3_000] }, 12],
  ['a lag that has just risen again', { running: 6, lags: [2_000, 5_800] }, 6],
  ['the least that there must be', { running: 2, lags: [0, 0, 0] }, 2],
])('%s', (_what, { running, lags }, next) => {
  expect(nextReplicas(scaled, running, lags)).toBe(next);
});
