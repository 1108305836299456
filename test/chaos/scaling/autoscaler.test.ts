import { expect, test } from '@jest/globals';
import { nextReplicas, readScaledObject } from './autoscaler.ts';

const scaled = readScaledObject('cinema-billing-consumers-commands');

test('the numbers are those of the manifest', () => {
  expect(scaled).toEqual({ group: 'billing-commands', topic: 'billing.commands.v1', lagThreshold: 1_000, max: 12 });
});

test.each([
  ['nothing waits', { running: 1, lags: [0] }, { wanted: 1, next: 1 }],
  ['a backlog for three', { running: 1, lags: [2_800] }, { wanted: 3, next: 3 }],
  ['a backlog for more than there may be', { running: 3, lags: [20_000] }, { wanted: 12, next: 7 }],
  ['the rest of them', { running: 7, lags: [20_000] }, { wanted: 12, next: 12 }],
  ['a lag that has fallen', { running: 12, lags: [9_000, 3_000] }, { wanted: 3, next: 11 }],
  ['a lag that was high a moment ago', { running: 12, lags: [12_000, 3_000] }, { wanted: 3, next: 12 }],
])('%s', (_what, { running, lags }, replicas) => {
  expect(nextReplicas(scaled, running, lags)).toEqual(replicas);
});
