import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { createCommitTracker } from '../../../src/adapters/kafka/consumer/partition-work.ts';

describe('the commit tracker', () => {
  test('before the first message there is no position, after it the position is that message', () => {
    const tracker = createCommitTracker();
    expect(tracker.position()).toBeNull();
    tracker.open(7n);
    expect(tracker.position()).toBe(7n);
  });

  test('in whatever order messages finish, the position passes exactly the finished ones at the front', () => {
    const orders = fc
      .uniqueArray(fc.bigInt({ min: 0n, max: 500n }), { minLength: 1, maxLength: 40 })
      .map((offsets) => offsets.toSorted((a, b) => (a < b ? -1 : 1)))
      .chain((offsets) =>
        fc.tuple(fc.constant(offsets), fc.shuffledSubarray([...offsets], { minLength: 0, maxLength: offsets.length })),
      );
    fc.assert(
      fc.property(orders, ([offsets, finished]) => {
        const tracker = createCommitTracker();
        offsets.forEach(tracker.open);
        const done = new Set<bigint>();
        for (const offset of finished) {
          tracker.finish(offset);
          done.add(offset);
          const open = offsets.findIndex((candidate) => !done.has(candidate));
          const lastDone = open < 0 ? offsets.at(-1) : offsets[open - 1];
          expect(tracker.position()).toBe(lastDone === undefined ? offsets[0] : lastDone + 1n);
          expect(tracker.inHand()).toBe(open < 0 ? 0 : offsets.length - open);
        }
      }),
    );
  });
});
