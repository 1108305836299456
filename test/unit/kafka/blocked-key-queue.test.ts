import { expect, test } from '@jest/globals';
import { createBlockedKeyQueue } from '../../../src/adapters/kafka/consumer/blocked-key-queue.ts';
import { createKeyedQueue } from '../../../src/adapters/kafka/consumer/keyed-queue.ts';
import { createPartitionWork } from '../../../src/adapters/kafka/consumer/partition-work.ts';
import { retryMessage, type Work } from '../../../src/adapters/kafka/consumer/retry-message.ts';
import { runnerSettings } from '../../../src/adapters/kafka/client/settings.ts';
import type { BlockedKeyLimits } from '../../../src/application/ports/blocked-keys.ts';
import { createMemoryBlockedKeys } from '../../fakes/blocked-keys.ts';
import { createLogRecorder } from '../../support/log-recorder.ts';
import { createManualClock } from '../../support/manual-clock.ts';

/** One partition whose handler fails the messages of every key that begins with `broken`. */
function setUp(limits: BlockedKeyLimits) {
  const clock = createManualClock(0);
  const events: string[] = [];
  const settings = { ...runnerSettings, bugPauseMs: 0 };
  const tools = {
    about: { consumer: 'commands', topic: 't', group: 'g' },
    ...{ clock, log: createLogRecorder(), settings, ending: new AbortController().signal },
  };
  const blockedKeys = createMemoryBlockedKeys(limits);
  const cipher = { seal: () => 'sealed', open: () => new Uint8Array() };
  const queue = createBlockedKeyQueue({ blockedKeys, cipher }, tools);
  const work = createPartitionWork(0, createKeyedQueue(8), settings, {
    onFinished: ({ kind }) => events.push(kind),
    onFull: () => undefined,
    onRoom: () => undefined,
    onClosed: (mode) => events.push(mode),
  });
  let offset = 0;
  const take = (key: string): void => {
    const message = { key: Buffer.from(key), value: null, offset: String(offset), timestamp: '0' };
    const steps: Work = {
      handle: () =>
        key.startsWith('broken') ? Promise.reject(new TypeError('bug')) : Promise.resolve({ kind: 'handled' }),
      deadLetter: ({ code }) => Promise.resolve(void events.push(code)),
      giveUp: () => Promise.reject(new Error('not called')),
    };
    const queued = queue.queued(0, message, steps);
    work.take({ key, offset: BigInt(offset) }, (signal) =>
      retryMessage(queued, { clock, settings, signal, onRetry: () => undefined }),
    );
    offset += 1;
  };
  const count = (kind: string): number => events.filter((event) => event === kind).length;
  const done = async (): Promise<void> => {
    for (let turn = 0; turn < 50; turn += 1) await new Promise(setImmediate);
  };
  return { take, done, count, blockedKeys, mode: () => work.mode() };
}

test('what one key has too much goes to the dead letters, and the other keys of the partition go on', async () => {
  const { take, done, count, blockedKeys, mode } = setUp({ keys: 10, messages: 5 });
  for (let n = 0; n < 9; n += 1) take('broken');
  for (let n = 0; n < 20; n += 1) take(`healthy ${n}`);
  await done();
  expect([count('parked'), count('queue_full'), count('deadLettered'), count('handled')]).toEqual([5, 4, 4, 20]);
  expect([mode(), count('stopped')]).toEqual(['open', 0]);
  expect(await blockedKeys.list('g')).toMatchObject([{ key: 'broken', waiting: 5, offset: '0' }]);
});

test('so many blocked keys that the code must be broken stop the partition, and no message of them is lost', async () => {
  const { take, done, count, mode } = setUp({ keys: 2, messages: 5 });
  for (let n = 0; n < 3; n += 1) take(`broken ${n}`);
  await done();
  expect([mode(), count('parked'), count('deadLettered')]).toEqual(['stopped', 2, 0]);
});
