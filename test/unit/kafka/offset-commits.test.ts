import { describe, expect, test } from '@jest/globals';
import { createOffsetCommits, type PartitionOffset } from '../../../src/adapters/kafka/consumer/offset-commits.ts';
import type { PartitionWork } from '../../../src/adapters/kafka/consumer/partition-work.ts';
import { runnerSettings } from '../../../src/adapters/kafka/client/settings.ts';
import { createManualClock } from '../../support/manual-clock.ts';

async function flushPromises() {
  for (let turn = 0; turn < 10; turn += 1) await Promise.resolve();
}

function setUp() {
  const clock = createManualClock(0);
  const works = new Map<number, PartitionWork>();
  const positions = new Map<number, bigint | null>();
  const sent: (readonly PartitionOffset[])[] = [];
  let answer: () => Promise<void> = () => Promise.resolve();
  const send = (offsets: readonly PartitionOffset[]) => {
    sent.push(offsets);
    return answer();
  };
  const ending = new AbortController();
  const commits = createOffsetCommits(() => works.values(), send, {
    ...{ clock, settings: runnerSettings, ending: ending.signal },
  });
  const assign = (partition: number): void => {
    works.set(partition, {
      partition,
      mode: () => 'open',
      position: () => positions.get(partition) ?? null,
      take: () => undefined,
      inHand: () => 0,
      abandon: () => undefined,
      drained: () => Promise.resolve(),
    });
  };
  const pass = async () => {
    clock.advance(runnerSettings.commitEveryMs);
    await flushPromises();
  };
  return { commits, sent, assign, positions, pass, ending, answerWith: (next: () => Promise<void>) => (answer = next) };
}

describe('commits of offsets', () => {
  test('finished offsets are committed after a short while, all partitions in one request, the same offset once', async () => {
    const { commits, sent, assign, positions, pass, ending } = setUp();
    [0, 1, 2].forEach(assign);
    positions.set(0, 5n).set(2, 7n);
    const kept = commits.keepCommitting();
    expect(sent).toEqual([]);
    await pass();
    expect(sent).toEqual([
      [
        { partition: 0, offset: '5' },
        { partition: 2, offset: '7' },
      ],
    ]);
    await pass();
    positions.set(0, 6n);
    await pass();
    expect(sent.slice(1)).toEqual([[{ partition: 0, offset: '6' }]]);
    ending.abort();
    await kept;
  });

  test('a commit waits for the one under way, and includes what was finished meanwhile', async () => {
    const { commits, sent, assign, positions, answerWith } = setUp();
    assign(0);
    positions.set(0, 3n);
    const first = Promise.withResolvers<undefined>();
    answerWith(() => first.promise);
    void commits.commit();
    const second = commits.commit();
    await flushPromises();
    expect(sent).toHaveLength(1);
    positions.set(0, 4n);
    first.resolve(undefined);
    await second;
    expect(sent.slice(1)).toEqual([[{ partition: 0, offset: '4' }]]);
  });

  test('a refused commit is repeated, and a new assignment drops the old ones', async () => {
    const { commits, sent, assign, positions, answerWith } = setUp();
    assign(0);
    positions.set(0, 3n);
    answerWith(() => Promise.reject(new Error('rebalance in progress')));
    await commits.commit();
    answerWith(() => Promise.resolve());
    await commits.commit();
    await commits.commit();
    expect(sent).toEqual([[{ partition: 0, offset: '3' }], [{ partition: 0, offset: '3' }]]);
    assign(0);
    await commits.commit();
    expect(sent).toHaveLength(3);
  });
});
