import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { type ConsumerRunner, createConsumerRunner } from '../../../src/adapters/kafka/consumer/consumer-runner.ts';
import { runnerSettings, type RunnerSettings } from '../../../src/adapters/kafka/client/settings.ts';
import { createMemoryBlockedKeys } from '../../fakes/blocked-keys.ts';
import { systemClock } from '../../../src/adapters/system/clock.ts';
import { type Meter, silentMeter } from '../../../src/application/ports/meter.ts';
import type { Delivery } from '../../../src/application/ports/consumer.ts';
import { Fault } from '../../../src/application/ports/faults.ts';
import type { MessagePublisher } from '../../../src/application/ports/outbox.ts';
import type { Handle, RunnerHarness } from '../../contract/consumer-runner-suite.ts';
import { readDeadLetter } from '../../support/read-dead-letter.ts';
import { eventSchema, kafkaBrokers, type KafkaRoom, openKafkaRoom, partitions, registryUrl } from './kafka-room.ts';

const testCipher = {
  seal: (clear: Uint8Array) => Buffer.from(clear).toString('base64'),
  open: (sealed: string) => Buffer.from(sealed, 'base64'),
};

/** Pauses short enough for a test, everything else as in production. */
export const quickSettings: RunnerSettings = {
  ...runnerSettings,
  sessionTimeoutMs: 6_000,
  commitEveryMs: 20,
  transientFirstPauseMs: 5,
  transientMaxPauseMs: 20,
  bugPauseMs: 5,
  resumeAfterMs: 20,
  blockedRefreshMs: 20,
  releaseFirstPauseMs: 5,
  releaseLastPauseMs: 20,
};

export type StartRunner = (
  handle: Handle,
  more?: {
    lanes?: number;
    settings?: RunnerSettings;
    whenBlocked?: 'queue' | 'drop';
    meter?: Meter;
    clientId?: string;
    onFatal?: (error: Error) => void;
  },
) => Promise<ConsumerRunner>;

const pollMs = 10;
const patienceMs = 30_000;

/** Polls until the condition holds. */
export async function until(condition: () => boolean | Promise<boolean>): Promise<void> {
  const startedMs = systemClock.monotonicMs();
  while (!(await condition())) {
    if (systemClock.monotonicMs() - startedMs > patienceMs) throw new Error(`Never came true: ${condition.toString()}`);
    await systemClock.wait(pollMs);
  }
}

function failTest(error: Error): void {
  throw error;
}

/** Dead letters go to the test's own topic, because other tests use the names of production. */
export function createStartRunner(room: KafkaRoom, publish: MessagePublisher['publish'] = room.producer.publish) {
  const running: ConsumerRunner[] = [];
  const blockedKeys = createMemoryBlockedKeys();
  const start: StartRunner = async (
    handle,
    {
      lanes = 64,
      settings = quickSettings,
      whenBlocked = 'queue',
      meter = silentMeter,
      clientId = 'suite',
      onFatal = failTest,
    } = {},
  ) => {
    const runner = createConsumerRunner({
      meter,
      declaration: {
        name: 'suite',
        topic: room.topic,
        group: room.group,
        lanes,
        whenBlocked,
        handle: (_: null, delivery: Delivery) => handle(delivery),
      },
      services: null,
      client: { ...room.client, clientId },
      decoder: room.registry,
      publisher: {
        publish: (messages, deadlineMs) =>
          publish(
            messages.map((message) => ({ ...message, topic: room.deadTopic })),
            deadlineMs,
          ),
      },
      cipher: testCipher,
      blockedKeys,
      onFatal,
      settings,
    });
    running.push(runner);
    await runner.start();
    return runner;
  };
  return { start, blockedKeys, stopAll: () => Promise.all(running.splice(0).map((runner) => runner.stop())) };
}

/** A process of its own that handles, does not commit, and is killed. */
async function runAndKill(room: KafkaRoom, handle: Handle, messages: number): Promise<void> {
  const program = fileURLToPath(new URL('doomed-consumer.ts', import.meta.url));
  const child = spawn(process.execPath, [program, kafkaBrokers.join(','), registryUrl, room.topic, room.group], {
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  const exited = new Promise((resolve) => child.once('exit', resolve));
  let seen = 0;
  for await (const line of createInterface({ input: child.stdout })) {
    await handle(JSON.parse(line) as Delivery);
    seen += 1;
    if (seen === messages) break;
  }
  child.kill('SIGKILL');
  await exited;
}

/** The partitioner decides which key goes where, so the partitions are found with meaningless messages. */
async function findKeys(room: KafkaRoom): Promise<ReadonlyMap<number, string>> {
  const keys = Array.from({ length: 30 }, (_, n) => `user-${n}`);
  const probe = await openKafkaRoom();
  await probe.producer.publish(
    keys.map((key) => ({ ...room.message(key, 0), topic: probe.topic })),
    20_000,
  );
  const found = new Map((await probe.read(probe.topic)).map(({ partition, key }) => [partition, key ?? '']));
  await probe.close();
  return found;
}

let keysOfPartitions: ReadonlyMap<number, string> | null = null;

export async function openRealHarness(): Promise<RunnerHarness> {
  const room = await openKafkaRoom();
  keysOfPartitions ??= await findKeys(room);
  const keys = keysOfPartitions;
  if (keys.size !== partitions) throw new Error('Some partition has no key.');
  let refusals = 0;
  const { start, blockedKeys, stopAll } = createStartRunner(room, (messages, deadlineMs) => {
    refusals -= 1;
    if (refusals >= 0) return Promise.reject(new Fault('unacknowledged', 'refused', { retryable: true }));
    return room.producer.publish(messages, deadlineMs);
  });
  const encoded = room.registry.encode({ ...room.message('x', 1), schema: eventSchema });
  return {
    publish: (key, n) => room.producer.publish([room.message(key, n)], 20_000),
    publishRaw: ({ key, value, headers = room.message('x', 1).headers }) =>
      room.sendRaw({ key, value, headers: { ...headers } }),
    frame: (encoded ?? Buffer.alloc(5)).subarray(0, 5),
    keyIn: (partition) => keys.get(partition) ?? '',
    blocked: () => blockedKeys.list(room.group),
    beginAgain: () => room.beginAgain(),
    run: async (handle, whenBlocked = 'queue') => {
      const runner = await start(handle, { whenBlocked });
      return { stop: runner.stop, counts: runner.snapshot };
    },
    runAndCrash: (handle, messages) => runAndKill(room, handle, messages),
    refuseDeadLetters: (times) => {
      refusals = times;
    },
    deadLetters: async () => (await room.read(room.deadTopic)).map(({ value }) => readDeadLetter(value, testCipher)),
    until,
    close: async () => {
      await stopAll();
      await room.close();
    },
  };
}
