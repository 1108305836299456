import { describe, expect, test } from '@jest/globals';
import { mayEvict, nextStep } from '../../rollout/kubelet/next-step.ts';

const old = { isCurrent: false, isReady: true };
const oldUnready = { isCurrent: false, isReady: false };
const current = { isCurrent: true, isReady: true };
const starting = { isCurrent: true, isReady: false };
/** As every Deployment of k8s/base has it. */
const ours = { replicas: 2, maxSurge: 1, maxUnavailable: 0 };

describe('a roll of two pods, one more at a time and none fewer', () => {
  test.each([
    ['starts all where there is none', [], { start: 2, end: 0 }],
    ['starts one beside the old ones', [old, old], { start: 1, end: 0 }],
    ['waits while the new one is not ready', [old, old, starting], { start: 0, end: 0 }],
    ['ends an old one for the one that is ready', [old, old, current], { start: 0, end: 1 }],
    ['starts the second', [old, current], { start: 1, end: 0 }],
    ['waits for the second as well', [old, current, starting], { start: 0, end: 0 }],
    ['ends the last old one', [old, current, current], { start: 0, end: 1 }],
    ['rests', [current, current], { start: 0, end: 0 }],
    ['replaces one that was evicted', [current], { start: 1, end: 0 }],
    ['ends first what is not ready, on the way back', [current, current, oldUnready], { start: 0, end: 1 }],
    [
      'keeps a ready one too many from being lost with an unready one',
      [old, oldUnready, starting],
      { start: 0, end: 0 },
    ],
  ])('%s', (_what, pods, step) => {
    expect(nextStep(pods, ours)).toEqual(step);
  });
});

test('a roll that may end pods first ends one at once, and no more', () => {
  const strategy = { replicas: 4, maxSurge: 0, maxUnavailable: 1 };
  expect(nextStep([old, old, old, old], strategy)).toEqual({ start: 0, end: 1 });
  expect(nextStep([old, old, old], strategy)).toEqual({ start: 1, end: 0 });
  expect(nextStep([old, old, old, starting], strategy)).toEqual({ start: 0, end: 0 });
});

test('a budget of one lets one pod of two go, and not the second before the first is replaced', () => {
  expect(mayEvict(2, 2, 1)).toBe(true);
  expect(mayEvict(1, 2, 1)).toBe(false);
  expect(mayEvict(1, 2, Infinity)).toBe(true);
});
