import { beforeEach, describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import kafkajs, { type TopicMessages } from 'kafkajs';
import { clientSettings, producerSettings } from '../../../src/adapters/kafka/client/settings.ts';
import { laneOf } from '../../../src/adapters/kafka/producer/lane-of.ts';
import { createProducer, type Producer } from '../../../src/adapters/kafka/producer/producer.ts';
import { createLogRecorder } from '../../support/log-recorder.ts';
import { createManualClock, type ManualClock } from '../../support/manual-clock.ts';

const topic = 'events';
const otherTopics = ['t1', 't2', 't3', 't4'];
const patientMs = 1_000_000;

async function flushPromises() {
  // The clock stands still, so real time does not matter; a send to each lane is a chain of some twenty links.
  for (let turn = 0; turn < 500; turn += 1) await Promise.resolve();
}

const mayBeRepeated = () =>
  new kafkajs.KafkaJSNumberOfRetriesExceeded(new Error('not enough replicas'), { retryCount: 0, retryTime: 0 });
const refused = () => new Error('message too large');

/** Partitions that take messages or do not. A send fails as a whole, and what goes to the others is in their log nevertheless. */
function createLog() {
  const failing = new Map<string, () => Error>();
  const sends: string[][] = [];
  const acknowledged = new Set<string>();
  const counts = { connects: 0, severed: 0 };
  /** How long a send takes that fails. */
  const slow = { ms: 0 };
  return {
    ...{ failing, sends, acknowledged, counts, slow },
    connect: () => {
      counts.connects += 1;
      return Promise.resolve({
        send: (topicMessages: TopicMessages[]) => {
          const messages = topicMessages.flatMap((one) => one.messages);
          const texts = messages.map(({ value }) => String(value));
          sends.push(texts);
          const [failure] = messages.flatMap(({ key }) => failing.get(String(key)) ?? []);
          if (failure !== undefined) return clock.wait(slow.ms).then(() => Promise.reject(failure()));
          for (const text of texts) acknowledged.add(text);
          return Promise.resolve();
        },
        close: () => Promise.resolve(),
        sever: () => void (counts.severed += 1),
      });
    },
  };
}

let clock: ManualClock;
let log: ReturnType<typeof createLog>;
let producer: Producer;

const open = (settings: Partial<typeof producerSettings> = {}): Producer =>
  createProducer({
    connect: log.connect,
    encode: ({ value }) => Buffer.from(String(value?.['text'])),
    topics: [topic, ...otherTopics],
    ...{ clock, log: createLogRecorder() },
    settings: { ...producerSettings, ...settings },
  });
/** A key that begins with the name of a topic is sent to that one. */
const topicOf = (key: string): string => otherTopics.find((name) => key.startsWith(name)) ?? topic;
/** Keys of so many lanes, one each. */
function keysOfLanes(count: number): readonly string[] {
  const keys = otherTopics.flatMap((name) => Array.from({ length: 100 }, (_, n) => `${name}-${n}-`));
  const byLane = new Map(keys.map((key) => [laneOf(topicOf(key), key), key]));
  return [...byLane.values()].slice(0, count);
}
/** Each message says its key and its number. */
const message = (key: string, n: number) => ({
  topic: topicOf(key),
  key,
  headers: {},
  schema: 's',
  value: { text: `${key}${n}` },
});
function publish(deadlineMs: number, ...messages: readonly [key: string, n: number][]): { result: string } {
  const seen = { result: 'waiting' };
  producer
    .publish(
      messages.map(([key, n]) => message(key, n)),
      deadlineMs,
    )
    .then(
      () => (seen.result = 'done'),
      (error: unknown) => (seen.result = (error as { code?: string }).code ?? 'error'),
    );
  return seen;
}
async function pass(ms: number): Promise<void> {
  clock.advance(ms);
  await flushPromises();
}

beforeEach(() => {
  clock = createManualClock(0);
  log = createLog();
  producer = open();
});

test('the messages of one key and topic are in one lane, and the keys of a topic in twelve', () => {
  const lanes = Array.from({ length: 500 }, (_, n) => laneOf(topic, `key ${n}`));
  expect(new Set(lanes).size).toBe(12);
  expect(lanes).toEqual(Array.from({ length: 500 }, (_, n) => laneOf(topic, Buffer.from(`key ${n}`))));
  expect(laneOf('others', 'a')).not.toBe(laneOf(topic, 'a'));
  expect(laneOf(topic, null)).toBe(laneOf(topic, null));
});

describe('while one partition takes no messages', () => {
  beforeEach(() => void log.failing.set('b', mayBeRepeated));

  test('what goes to the others is acknowledged at once, and sent no more', async () => {
    const calls = [publish(patientMs, ['a', 1]), publish(patientMs, ['b', 1]), publish(patientMs, ['c', 1])];
    await flushPromises();
    await pass(clientSettings.initialRetryMs);
    expect(calls.map(({ result }) => result)).toEqual(['done', 'waiting', 'done']);
    const sent = log.sends.flat();
    await pass(patientMs / 2);
    expect(log.sends.flat().slice(sent.length)).not.toContain('a1');
    expect(new Set(log.sends.slice(1).map((send) => send.length))).toEqual(new Set([1]));
  });

  test('later messages to the others do not wait, and messages to it do not go with them', async () => {
    const stuck = publish(patientMs, ['b', 1]);
    await flushPromises();
    const others = publish(patientMs, ['a', 1], ['c', 1]);
    const behind = publish(patientMs, ['b', 2]);
    await flushPromises();
    expect([stuck, others, behind].map(({ result }) => result)).toEqual(['waiting', 'done', 'waiting']);
    expect(log.sends).toEqual([['b1'], ['a1', 'c1']]);
  });

  test('it is tried again and again, and gets its messages in their order as soon as it takes them', async () => {
    const stuck = publish(patientMs, ['b', 1]);
    await flushPromises();
    const behind = publish(patientMs, ['b', 2]);
    for (let n = 0; n < 5; n += 1) await pass(clientSettings.maxRetryMs);
    expect(log.sends.length).toBeGreaterThan(5);
    log.failing.clear();
    await pass(clientSettings.maxRetryMs);
    expect([stuck.result, behind.result, log.sends.at(-1)]).toEqual(['done', 'done', ['b1', 'b2']]);
    publish(patientMs, ['a', 3], ['b', 3]);
    await flushPromises();
    expect(log.sends.at(-1)).toEqual(['a3', 'b3']);
  });

  test('a call to it is unacknowledged at its deadline and sent no more, and one that was not sent yet is taken back', async () => {
    const sent = publish(300, ['b', 1]);
    await flushPromises();
    const queued = publish(50, ['b', 2]);
    await pass(50);
    await pass(250);
    expect([sent.result, queued.result]).toEqual(['unacknowledged', 'taken_back']);
    const { length } = log.sends;
    log.failing.clear();
    await pass(patientMs);
    expect(log.sends).toHaveLength(length);
  });

  test('a call to it and to others is answered when all is acknowledged', async () => {
    const both = publish(patientMs, ['a', 1], ['b', 1]);
    await flushPromises();
    expect([log.acknowledged.has('a1'), both.result]).toEqual([true, 'waiting']);
    log.failing.clear();
    await pass(clientSettings.maxRetryMs);
    expect(both.result).toBe('done');
  });

  test('a new connection is made when it fails for long, because the old one may be silent; calls go on waiting', async () => {
    const stuck = publish(patientMs, ['b', 1]);
    await flushPromises();
    await pass(producerSettings.retryBoundMs);
    expect([log.counts, stuck.result]).toEqual([{ connects: 2, severed: 1 }, 'waiting']);
    await pass(clientSettings.maxRetryMs);
    expect(log.counts).toEqual({ connects: 2, severed: 1 });
  });
});

describe('while many partitions take no messages', () => {
  const fail = (keys: readonly string[]): readonly { result: string }[] => {
    for (const key of keys) log.failing.set(key, mayBeRepeated);
    return keys.map((key) => publish(patientMs, [key, 1]));
  };
  async function passSlowly(seconds: number): Promise<void> {
    for (let n = 0; n < seconds * 2; n += 1) await pass(500);
  }

  test('a new connection is made while each has had a turn or two: a broker that hangs lets each wait long', async () => {
    log.slow.ms = 3_000;
    fail(keysOfLanes(12));
    await passSlowly(25);
    expect(log.counts.severed).toBe(1);
  });

  test('a new connection is made no more often than for one', async () => {
    fail(keysOfLanes(40));
    await passSlowly(61);
    expect(log.counts.severed).toBe(4);
  });

  test('those that were in a send with one more do not wait for the pauses and attempts of the others', async () => {
    fail(keysOfLanes(12));
    await passSlowly(10);
    log.failing.set('b', mayBeRepeated);
    const { length } = log.sends;
    const calls = ['a', 'b', 'c', 'd'].map((key) => publish(patientMs, [key, 1]));
    await flushPromises();
    expect(calls.map(({ result }) => result)).toEqual(['done', 'waiting', 'done', 'done']);
    expect(log.sends.slice(length)).toEqual([['a1', 'b1', 'c1', 'd1'], ['a1'], ['b1'], ['c1'], ['d1']]);
  });
});

test('a message that is refused for good fails the calls of its own lane alone', async () => {
  log.failing.set('b', refused);
  const calls = [publish(patientMs, ['a', 1]), publish(patientMs, ['b', 1]), publish(patientMs, ['c', 1])];
  await flushPromises();
  expect(calls.map(({ result }) => result)).toEqual(['done', 'unacknowledged', 'done']);
  expect(log.sends.flat().filter((text) => text === 'b1')).toHaveLength(2);
});

describe('whatever fails, and whenever', () => {
  const keys = ['a', 'b', 'c', 'd'];
  const call = fc.record({
    messages: fc.array(fc.constantFrom(...keys), { minLength: 1, maxLength: 4 }),
    deadlineMs: fc.constantFrom(50, 300, 2_000, patientMs),
  });
  const step = fc.oneof(
    fc.record({ call }),
    fc.record({ breaks: fc.constantFrom(...keys), how: fc.constantFrom(mayBeRepeated, refused) }),
    fc.record({ heals: fc.constantFrom(...keys) }),
    fc.record({ passes: fc.constantFrom(0, 50, 200, 600, 20_000) }),
  );

  test('each key keeps its order, done is in the log, and what was taken back was never sent', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 40 }), fc.integer({ min: 1, max: 5 }), async (steps, size) => {
        clock = createManualClock(0);
        log = createLog();
        producer = open({ batchMessages: size });
        const calls: { readonly texts: readonly string[]; readonly seen: { result: string } }[] = [];
        let n = 0;
        for (const one of steps) {
          if ('call' in one) {
            const messages = one.call.messages.map((key): [string, number] => [key, (n += 1)]);
            const texts = messages.map((own) => own.join(''));
            calls.push({ texts, seen: publish(one.call.deadlineMs, ...messages) });
          } else if ('breaks' in one) log.failing.set(one.breaks, one.how);
          else if ('heals' in one) log.failing.delete(one.heals);
          else await pass(one.passes);
        }
        log.failing.clear();
        await pass(0);
        await pass(clientSettings.maxRetryMs);
        for (const { texts, seen } of calls) {
          expect(seen.result).not.toBe('waiting');
          if (seen.result === 'done') for (const text of texts) expect(log.acknowledged.has(text)).toBe(true);
          if (seen.result === 'taken_back') for (const text of texts) expect(log.sends.flat()).not.toContain(text);
        }
        for (const key of keys) {
          const sends = log.sends.map((send) => send.filter((text) => text.startsWith(key)));
          let oldest = 0;
          for (const numbers of sends.map((send) => send.map((text) => Number(text.slice(1))))) {
            expect(numbers).toEqual(numbers.toSorted((one, other) => one - other));
            // Once a message was sent without an earlier one, that earlier one is sent no more.
            const [first = oldest] = numbers;
            expect(first).toBeGreaterThanOrEqual(oldest);
            oldest = first;
          }
        }
      }),
      { numRuns: 300 },
    );
  });
});
