import { describe, expect, test } from '@jest/globals';
import { createBlockedKeyQueue } from '../../../src/adapters/kafka/consumer/blocked-key-queue.ts';
import { createKeyedQueue } from '../../../src/adapters/kafka/consumer/keyed-queue.ts';
import { createPartitionWork } from '../../../src/adapters/kafka/consumer/partition-work.ts';
import { retryMessage, type Work } from '../../../src/adapters/kafka/consumer/retry-message.ts';
import { runnerSettings } from '../../../src/adapters/kafka/client/settings.ts';
import { type BlockedKeyLimits, blockedKeyLimits } from '../../../src/application/ports/blocked-keys.ts';
import { Fault } from '../../../src/application/ports/faults.ts';
import { createMemoryBlockedKeys } from '../../fakes/blocked-keys.ts';
import { createLogRecorder } from '../../support/log-recorder.ts';
import { createManualClock } from '../../support/manual-clock.ts';

const isBroken = (key: string): Error | null => (key.startsWith('broken') ? new TypeError('bug') : null);

/** One partition whose handler fails the messages of some keys: by default, of every key that begins with `broken`. */
function setUp(limits: BlockedKeyLimits, failureOf: (key: string) => Error | null = isBroken) {
  const clock = createManualClock(0);
  const events: string[] = [];
  const log = createLogRecorder();
  const ending = new AbortController();
  let fails = failureOf;
  const settings = { ...runnerSettings, bugPauseMs: 0 };
  const tools = {
    about: { consumer: 'commands', topic: 't', group: 'g' },
    ...{ clock, log, settings, ending: ending.signal },
  };
  const blockedKeys = createMemoryBlockedKeys(limits);
  let packed: Uint8Array = new Uint8Array();
  const cipher = {
    seal: (clear: Uint8Array) => {
      packed = clear;
      return 'sealed';
    },
    open: () => packed,
  };
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
      handle: () => {
        events.push(`tried ${key}`);
        const failure = fails(key);
        return failure === null ? Promise.resolve({ kind: 'handled' }) : Promise.reject(failure);
      },
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
  /** Another version of the program begins: from now on it handles and releases. */
  const deploy = (other: typeof failureOf): void => {
    fails = other;
    void queue.keepReleasing((_partition, { key }) => {
      const failure = fails(key?.toString('utf8') ?? '');
      events.push('released');
      return failure === null ? Promise.resolve() : Promise.reject(failure);
    });
  };
  const pass = async (ms: number): Promise<void> => {
    await done();
    clock.advance(ms);
    await done();
  };
  const levels = () => log.lines.map(({ level, message }) => `${level}: ${message}`);
  const position = () => Number(work.position());
  return {
    take,
    done,
    pass,
    count,
    deploy,
    blockedKeys,
    levels,
    position,
    stop: () => ending.abort(),
    mode: work.mode,
  };
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

describe('a message that cannot be handled yet', () => {
  const unread = new Fault('object_unread', 'not yet', { retryable: true, queues: true });
  const newer = new Fault('unknown_type', 'newer', { retryable: false, queues: true });

  test('waits in place for less than a minute, then its key queues, and what was done behind it is done once', async () => {
    const { take, pass, count, position, mode } = setUp(blockedKeyLimits, (key) => (key === 'absent' ? unread : null));
    take('absent');
    for (let n = 0; n < 300; n += 1) take(`other ${n}`);
    await pass(0);
    expect([position(), count('handled')]).toEqual([0, 300]);
    for (let second = 0; second < 59; second += 1) await pass(1_000);
    expect([position(), mode(), count('parked'), count('tried other 7')]).toEqual([301, 'open', 1, 1]);
  });

  test('of a newer version waits without an alarm, in order, and is carried out when that version runs: none is lost', async () => {
    const known = () => null;
    const { take, pass, count, levels, blockedKeys, deploy, stop } = setUp(blockedKeyLimits, (key) =>
      key === 'user' ? newer : null,
    );
    take('user');
    take('user');
    take('other');
    await pass(0);
    expect([count('parked'), count('handled'), count('deadLettered')]).toEqual([2, 1, 0]);
    expect(levels()).toEqual(['warn: a message cannot be handled yet, its key waits']);
    deploy(known);
    await pass(runnerSettings.releaseFirstPauseMs);
    expect([count('released'), await blockedKeys.list('g')]).toEqual([2, []]);
    stop();
  });

  test('is an alarm when it has waited for an hour', async () => {
    const never = (): Error => newer;
    const { take, pass, levels, deploy, stop } = setUp(blockedKeyLimits, never);
    take('user');
    await pass(0);
    deploy(never);
    const alarms = () => levels().filter((line) => line === 'error: a message of a blocked key still fails').length;
    for (let minute = 0; minute < 59; minute += 1) await pass(60_000);
    expect(alarms()).toBe(0);
    for (let minute = 0; minute < 70; minute += 1) await pass(60_000);
    expect(alarms()).toBeGreaterThan(0);
    stop();
  });

  test('rests its partition where too many keys wait, as while a dependency is unavailable', async () => {
    const { take, done, mode } = setUp({ keys: 1, messages: 5 }, () => newer);
    take('one');
    take('other');
    await done();
    expect(mode()).toBe('resting');
  });
});
