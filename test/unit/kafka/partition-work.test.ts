import { describe, expect, test } from '@jest/globals';
import { createKeyedQueue } from '../../../src/adapters/kafka/consumer/keyed-queue.ts';
import { createPartitionWork, type RunOne } from '../../../src/adapters/kafka/consumer/partition-work.ts';
import { runnerSettings } from '../../../src/adapters/kafka/client/settings.ts';
import type { WorkOutcome } from '../../../src/adapters/kafka/consumer/retry-message.ts';

const handled: WorkOutcome = { kind: 'handled' };

function setUp(settings = runnerSettings) {
  const events: string[] = [];
  const lanes = createKeyedQueue(8);
  const work = createPartitionWork(3, lanes, settings, {
    onFinished: ({ kind }) => events.push(kind),
    onFull: () => events.push('full'),
    onRoom: () => events.push('room'),
    onClosed: (mode, _error, offset) => events.push(`${mode} at ${offset}`),
  });
  const pending = new Map<bigint, (end: WorkOutcome) => void>();
  const begun: bigint[] = [];
  const take = (key: string, offset: bigint): void => {
    const run: RunOne = () => {
      begun.push(offset);
      return new Promise((resolve) => pending.set(offset, resolve));
    };
    work.take({ key, offset }, run);
  };
  const end = async (offset: bigint, how: WorkOutcome = handled): Promise<void> => {
    pending.get(offset)?.(how);
    for (let turn = 0; turn < 5; turn += 1) await Promise.resolve();
  };
  return { events, work, take, end, begun };
}

describe('the work of one partition', () => {
  test('the position waits for the slowest of the earlier messages', async () => {
    const { work, take, end } = setUp();
    take('a', 10n);
    take('b', 11n);
    take('c', 14n);
    await end(14n);
    await end(11n);
    expect([work.position(), work.inHand()]).toEqual([10n, 3]);
    await end(10n);
    expect([work.position(), work.inHand()]).toEqual([15n, 0]);
  });

  test('after a bug no message begins, running ones still count, and the position stays before the bug', async () => {
    const { work, take, end, begun, events } = setUp();
    take('a', 0n);
    take('b', 1n);
    take('c', 2n);
    take('a', 3n);
    await end(0n);
    await end(1n, { kind: 'bug', error: new Error('bug') });
    await end(2n);
    await end(3n);
    take('d', 4n);
    expect(begun).toEqual([0n, 1n, 2n, 3n]);
    expect(events).toEqual(['handled', 'stopped at 1', 'handled', 'handled']);
    expect([work.mode(), work.position()]).toEqual(['stopped', 1n]);
    await work.drained();
  });

  test('work that throws outside of its guards stops only the partition', async () => {
    const { work, take, end, events } = setUp();
    const broken: RunOne = () => {
      throw new Error('outside');
    };
    work.take({ key: 'a', offset: 0n }, broken);
    take('b', 1n);
    await end(1n);
    expect(events).toEqual(['stopped at 0', 'handled']);
    expect([work.mode(), work.position()]).toEqual(['stopped', 0n]);
  });

  test('when a dependency stays unavailable the partition closes once, however many messages fail', async () => {
    const { take, end, events } = setUp();
    take('a', 0n);
    take('b', 1n);
    await end(0n, { kind: 'unavailable', error: new Error('away') });
    await end(1n, { kind: 'unavailable', error: new Error('away') });
    expect(events).toEqual(['resting at 0']);
  });

  test('a full partition reports that once, and again when it has room', async () => {
    const { take, end, events } = setUp({ ...runnerSettings, inHandHigh: 3, inHandLow: 1 });
    for (const offset of [0n, 1n, 2n, 3n]) take(`key-${offset}`, offset);
    expect(events).toEqual(['full']);
    for (const offset of [0n, 1n]) await end(offset);
    expect(events).toEqual(['full', 'handled', 'handled']);
    await end(2n);
    expect(events).toEqual(['full', 'handled', 'handled', 'handled', 'room']);
  });

  test('a revoked partition is drained when its last running message is finished', async () => {
    const { work, take, end, begun } = setUp();
    take('a', 0n);
    take('a', 1n);
    work.abandon();
    let settled = false;
    void work.drained().then(() => (settled = true));
    expect(settled).toBe(false);
    await end(0n);
    expect([settled, work.position(), begun]).toEqual([true, 1n, [0n]]);
  });
});
