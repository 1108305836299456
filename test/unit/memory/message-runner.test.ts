import { describe, expect, test } from '@jest/globals';
import { createMemoryBlockedKeys } from '../../../src/adapters/memory/blocked-keys.ts';
import { createMessageLog } from '../../../src/adapters/memory/message-log.ts';
import type { MessageLog } from '../../../src/adapters/memory/message-log.ts';
import { createMemoryRunner, deliverAll } from '../../../src/adapters/memory/message-runner.ts';
import type { MemoryRunner } from '../../../src/adapters/memory/message-runner.ts';
import { systemClock } from '../../../src/adapters/system/clock.ts';
import type { BlockedKeys } from '../../../src/application/ports/blocked-keys.ts';
import type { MessagePublisher } from '../../../src/application/ports/outbox.ts';
import { Fault } from '../../../src/application/ports/fault.ts';
import { topicNames } from '../../../src/messages/topics.ts';
import { blockingSuite } from '../../contract/blocking-suite.ts';
import { consumerRunnerSuite } from '../../contract/consumer-runner-suite.ts';
import type { Handle, RunnerHarness, RunningConsumer } from '../../contract/consumer-runner-suite.ts';
import { readBuried } from '../../support/read-buried.ts';

const topic = 'suite';
const schema = 'suite-happened.v1';
const envelope = { ce_id: 'e-1', ce_type: 'cinema.billing.suite.happened.v1', ce_correlationid: 'request-1' };
const cipher = {
  seal: (clear: Uint8Array) => Buffer.from(clear).toString('base64'),
  open: (sealed: string) => Buffer.from(sealed, 'base64'),
};
const openLog = (partitions = 3): MessageLog =>
  createMessageLog(
    [
      { name: topic, partitions },
      { name: topicNames.deadLetters, partitions: 1 },
    ],
    systemClock,
  );
const send = (log: MessagePublisher, key: string, n: number) =>
  log.publish([{ topic, key, headers: envelope, schema, value: { n } }], 1_000);

const keyIn = (partition: number): string => {
  const probe = openLog();
  for (let n = 0; n < 100; n += 1) {
    if (probe.append(topic, { key: `user-${n}`, headers: {}, value: null }).partition === partition) return `user-${n}`;
  }
  throw new Error(`No key goes to partition ${partition}.`);
};

const openHarness = (): Promise<RunnerHarness> => {
  const log = openLog();
  const blockedKeys = createMemoryBlockedKeys();
  let refusals = 0;
  const publish: MessagePublisher['publish'] = (messages, deadlineMs) => {
    refusals -= 1;
    if (refusals >= 0) return Promise.reject(new Fault('unacknowledged', 'refused', { retryable: true }));
    return log.publish(messages, deadlineMs);
  };
  const running = new Set<MemoryRunner>();
  const start = (handle: Handle, whenBlocked: 'queue' | 'drop' = 'queue'): MemoryRunner => {
    const declaration = {
      name: 'suite',
      topic,
      group: 'suite',
      lanes: 1,
      whenBlocked,
      handle: (_: null, d: Parameters<Handle>[0]) => handle(d),
    };
    return createMemoryRunner({
      declaration,
      services: null,
      messages: { ...log, publish },
      cipher,
      clock: systemClock,
      blockedKeys,
      releasePauses: { firstMs: 0, lastMs: 0 },
    });
  };
  return Promise.resolve({
    publish: (key, n) => send(log, key, n),
    publishRaw: ({ key, value, headers = envelope }) => {
      log.append(topic, { key, value, headers });
      return Promise.resolve();
    },
    frame: log.frames.encode(schema, {}).subarray(0, 5),
    keyIn,
    blocked: () => blockedKeys.list('suite'),
    beginAgain: async () => {
      const committed = log.offsetsOf('suite', topic);
      committed.fill(0);
      return Promise.resolve();
    },
    run: (handle, whenBlocked): Promise<RunningConsumer> => {
      const runner = start(handle, whenBlocked);
      running.add(runner);
      const stop = () => Promise.resolve(void running.delete(runner));
      return Promise.resolve({ stop, counts: runner.snapshot });
    },
    runAndCrash: async (handle, messages) => {
      const committed = log.offsetsOf('suite', topic);
      const before = [...committed];
      const done = await start(handle).deliverAll();
      expect(done).toBe(messages);
      committed.splice(0, committed.length, ...before);
    },
    refuseDeadLetters: (times) => {
      refusals = times;
    },
    deadLetters: () =>
      Promise.resolve(
        log
          .read(topicNames.deadLetters)
          .map(({ value }) => readBuried(log.frames.decode(value ?? Buffer.alloc(0)), cipher)),
      ),
    until: async (condition) => {
      for (let round = 0; round < 20 && !condition(); round += 1) await deliverAll([...running]);
      expect(condition()).toBe(true);
    },
    close: () => Promise.resolve(),
  });
};

consumerRunnerSuite('the runner in memory', openHarness);
blockingSuite('the runner in memory', openHarness);

describe('the runner in memory, on demand', () => {
  const counting = (log: MessageLog, options: { readonly twice?: boolean } = {}) => {
    const seen: string[] = [];
    const handle: Handle = ({ key, offset }) => {
      seen.push(`${key}:${offset}`);
      return Promise.resolve({ kind: 'handled' });
    };
    const declaration = {
      name: 'suite',
      topic,
      group: 'suite',
      lanes: 1,
      whenBlocked: 'queue' as const,
      handle: (_: null, d: Parameters<Handle>[0]) => handle(d),
    };
    const runner = createMemoryRunner({
      declaration,
      services: null,
      messages: log,
      cipher,
      clock: systemClock,
      blockedKeys: createMemoryBlockedKeys(),
      ...options,
    });
    return { seen, runner };
  };

  test('every message comes twice in a row when asked to', async () => {
    const log = openLog(1);
    await send(log, 'a', 1);
    await send(log, 'a', 2);
    const { seen, runner } = counting(log, { twice: true });
    expect(await runner.deliverAll()).toBe(2);
    expect(seen).toEqual(['a:0', 'a:0', 'a:1', 'a:1']);
  });

  test('a rewind hands over again what was done, from any earlier offset', async () => {
    const log = openLog(1);
    for (const n of [1, 2, 3]) await send(log, 'a', n);
    const { seen, runner } = counting(log);
    await runner.deliverAll();
    runner.rewind(1);
    expect(await runner.deliverAll()).toBe(2);
    expect(seen).toEqual(['a:0', 'a:1', 'a:2', 'a:1', 'a:2']);
  });

  test('where no more can queue the partition stops, and goes on after a restart', async () => {
    const log = openLog(1);
    await send(log, 'a', 1);
    let works = false;
    const handle: Handle = () => (works ? Promise.resolve({ kind: 'handled' }) : Promise.reject(new TypeError('bug')));
    const declaration = {
      name: 'suite',
      topic,
      group: 'suite',
      lanes: 1,
      whenBlocked: 'queue' as const,
      handle: (_: null, d: Parameters<Handle>[0]) => handle(d),
    };
    const blockedKeys: BlockedKeys = { ...createMemoryBlockedKeys(), park: () => Promise.resolve('full') };
    const tools = { messages: log, cipher, clock: systemClock, blockedKeys };
    const runner = createMemoryRunner({ declaration, services: null, ...tools });
    await runner.deliverAll();
    works = true;
    expect(await runner.deliverAll()).toBe(0);
    runner.restart();
    expect(await runner.deliverAll()).toBe(1);
  });
});
