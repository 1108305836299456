import { describe, expect, test } from '@jest/globals';
import { createOffsetCommits } from '../../../src/adapters/kafka/offset-commits.ts';
import type { PartitionOffset } from '../../../src/adapters/kafka/offset-commits.ts';
import type { PartitionWork } from '../../../src/adapters/kafka/partition-work.ts';
import { runnerSettings } from '../../../src/adapters/kafka/settings.ts';
import { createManualClock } from '../../support/manual-clock.ts';

const settle = async () => {
  for (let turn = 0; turn < 10; turn += 1) await Promise.resolve();
};

const setUp = () => {
  const clock = createManualClock(0);
  const works: PartitionWork[] = [];
  const sent: (readonly PartitionOffset[])[] = [];
  let fails = false;
  const commits = createOffsetCommits({
    partitions: () => works,
    send: (offsets) => {
      if (fails) return Promise.reject(new Error('rebalance in progress'));
      sent.push(offsets);
      return Promise.resolve();
    },
    clock,
    settings: { ...runnerSettings, commitEveryMessages: 3 },
    ending: new AbortController().signal,
  });
  const set = (partition: number, position: bigint | null, mode: ReturnType<PartitionWork['mode']> = 'open'): void => {
    const work = { partition, mode: () => mode, position: () => position };
    works[partition] = {
      ...work,
      take: () => undefined,
      inHand: () => 0,
      leave: () => undefined,
      settled: () => Promise.resolve(),
    };
  };
  const pass = async () => {
    clock.advance(runnerSettings.commitEveryMs);
    await settle();
  };
  return { commits, sent, set, pass, fail: (yes: boolean) => (fails = yes) };
};

describe('commits of offsets', () => {
  test('a little work is committed after a short while, all partitions in one request, the same offset once', async () => {
    const { commits, sent, set, pass } = setUp();
    set(0, 5n);
    set(1, null);
    set(2, 7n, 'stopped');
    set(3, 9n, 'gone');
    commits.note();
    commits.note();
    expect(sent).toEqual([]);
    await pass();
    expect(sent).toEqual([
      [
        { partition: 0, offset: '5' },
        { partition: 2, offset: '7' },
      ],
    ]);
    set(0, 6n);
    commits.note();
    await pass();
    expect(sent.slice(1)).toEqual([[{ partition: 0, offset: '6' }]]);
  });

  test('much work is committed at once', async () => {
    const { commits, sent, set } = setUp();
    set(0, 3n);
    for (let n = 0; n < 3; n += 1) commits.note();
    await settle();
    expect(sent).toEqual([[{ partition: 0, offset: '3' }]]);
  });

  test('a refused commit is made again, and a new assignment forgets the old ones', async () => {
    const { commits, sent, set, pass, fail } = setUp();
    set(0, 3n);
    fail(true);
    await commits.commit();
    fail(false);
    await pass();
    expect(sent).toEqual([[{ partition: 0, offset: '3' }]]);
    await commits.commit();
    expect(sent).toHaveLength(1);
    commits.forget();
    await commits.commit();
    expect(sent).toHaveLength(2);
  });
});
