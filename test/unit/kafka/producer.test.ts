import { beforeEach, describe, expect, test } from '@jest/globals';
import type { TopicMessages } from 'kafkajs';
import { createProducer } from '../../../src/adapters/kafka/producer/producer.ts';
import type { ProducerLink } from '../../../src/adapters/kafka/producer/producer-link.ts';
import { producerSettings, type ProducerSettings } from '../../../src/adapters/kafka/client/settings.ts';
import type { OutMessage } from '../../../src/application/ports/outbox.ts';
import { createLogRecorder } from '../../support/log-recorder.ts';
import { createManualClock } from '../../support/manual-clock.ts';

type Send = {
  readonly numbers: readonly string[];
  readonly acknowledge: () => void;
  readonly fail: (error: Error) => void;
};

async function flushPromises() {
  // Promise chains of a few links; the clock stands still, so real time does not matter.
  for (let turn = 0; turn < 30; turn += 1) await Promise.resolve();
}

describe('the producer', () => {
  let sends: Send[];
  let connects: number;
  let severed: number;
  let closed: number;
  let connect: () => Promise<ProducerLink>;
  let clock: ReturnType<typeof createManualClock>;

  beforeEach(() => {
    sends = [];
    connects = severed = closed = 0;
    clock = createManualClock(0);
    connect = () => {
      connects += 1;
      return Promise.resolve({
        send: (topicMessages: TopicMessages[]) =>
          new Promise<void>((resolve, reject) => {
            const numbers = topicMessages.flatMap(({ messages }) => messages.map(({ value }) => String(value)));
            sends.push({ numbers, acknowledge: resolve, fail: reject });
          }),
        close: () => Promise.resolve(void (closed += 1)),
        sever: () => void (severed += 1),
      });
    };
  });

  const open = (settings: Partial<ProducerSettings> = {}) =>
    createProducer({
      connect: () => connect(),
      encode: ({ value }) => (value === null ? null : Buffer.from(String(value['n']))),
      topics: ['events', 'others'],
      clock,
      log: createLogRecorder(),
      settings: { ...producerSettings, ...settings },
    });
  const message = (n: number, topic = 'events'): OutMessage => ({
    topic,
    key: 'a',
    headers: {},
    schema: 's',
    value: { n },
  });
  const outcome = (call: Promise<void>): { result: string } => {
    const seen = { result: 'waiting' };
    call.then(
      () => (seen.result = 'done'),
      (error: unknown) => (seen.result = (error as { code?: string }).code ?? 'error'),
    );
    return seen;
  };

  test('messages that arrive during a send share the next one', async () => {
    const producer = open();
    const calls = [1, 2, 3].map((n) => producer.publish([message(n)], 1_000));
    await flushPromises();
    expect(sends.map(({ numbers }) => numbers)).toEqual([['1', '2', '3']]);
    const more = [4, 5].map((n) => producer.publish([message(n)], 1_000));
    await flushPromises();
    expect(sends).toHaveLength(1);
    sends[0]?.acknowledge();
    await Promise.all(calls);
    await flushPromises();
    expect(sends[1]?.numbers).toEqual(['4', '5']);
    sends[1]?.acknowledge();
    await Promise.all(more);
  });

  test('each call has a deadline of its own: a queued one is taken back, a sent one is unacknowledged, later ones continue', async () => {
    const producer = open();
    const underWay = outcome(producer.publish([message(1)], 100));
    await flushPromises();
    const queued = outcome(producer.publish([message(2)], 50));
    const patient = outcome(producer.publish([message(3)], 1_000));
    clock.advance(50);
    await flushPromises();
    expect([underWay.result, queued.result, patient.result]).toEqual(['waiting', 'taken_back', 'waiting']);
    clock.advance(50);
    await flushPromises();
    expect(underWay.result).toBe('unacknowledged');
    sends[0]?.acknowledge();
    await flushPromises();
    expect(sends[1]?.numbers).toEqual(['3']);
    sends[1]?.acknowledge();
    await flushPromises();
    expect([underWay.result, patient.result]).toEqual(['unacknowledged', 'done']);
    expect(sends).toHaveLength(2);
  });

  test('while there is no connection every call can be taken back', async () => {
    connect = () => new Promise(() => undefined);
    const producer = open();
    const call = outcome(producer.publish([message(1)], 100));
    clock.advance(100);
    await flushPromises();
    expect(call.result).toBe('taken_back');
  });

  test('a failed connection is tried again after a pause', async () => {
    const working = connect;
    let failures = 1;
    connect = () => (failures-- > 0 ? Promise.reject(new Error('refused')) : working());
    const producer = open();
    const call = outcome(producer.publish([message(1)], 10_000));
    await flushPromises();
    clock.advance(producerSettings.reconnectPauseMs);
    await flushPromises();
    sends[0]?.acknowledge();
    await flushPromises();
    expect(call.result).toBe('done');
  });

  test('a call larger than one batch keeps its order, is done at its last part and fails as a whole', async () => {
    const producer = open({ batchMessages: 2 });
    const whole = outcome(
      producer.publish(
        [1, 2, 3].map((n) => message(n)),
        1_000,
      ),
    );
    await flushPromises();
    sends[0]?.acknowledge();
    await flushPromises();
    expect([sends[1]?.numbers, whole.result]).toEqual([['3'], 'waiting']);
    sends[1]?.acknowledge();
    await flushPromises();
    expect(whole.result).toBe('done');
    const broken = outcome(
      producer.publish(
        [4, 5, 6].map((n) => message(n)),
        1_000,
      ),
    );
    const next = outcome(producer.publish([message(7)], 1_000));
    await flushPromises();
    sends[2]?.fail(new Error('not enough replicas'));
    await flushPromises();
    expect([broken.result, next.result]).toEqual(['unacknowledged', 'waiting']);
    expect(sends[3]?.numbers).toEqual(['7']);
  });

  test('a batch is bounded in bytes too, and a large message goes alone', async () => {
    const producer = open({ batchBytes: 10 });
    void outcome(producer.publish([message(1), message(12_345_678_901), message(2), message(3)], 1_000));
    await flushPromises();
    for (let n = 0; n < 3; n += 1) {
      sends[n]?.acknowledge();
      await flushPromises();
    }
    expect(sends.map(({ numbers }) => numbers)).toEqual([['1'], ['12345678901'], ['2', '3']]);
  });

  test('a full queue refuses further messages at once', async () => {
    const producer = open({ queueMessages: 3 });
    void outcome(producer.publish([message(1)], 1_000));
    await flushPromises();
    void outcome(producer.publish([message(2), message(3)], 1_000));
    await expect(producer.publish([message(4)], 1_000)).rejects.toMatchObject({ code: 'taken_back', retryable: true });
    sends[0]?.acknowledge();
    await flushPromises();
    expect(sends[1]?.numbers).toEqual(['2', '3']);
  });

  test('a message to an unknown topic, too large, or against its schema is refused without harm to other calls', async () => {
    const producer = open({ messageBytes: 5 });
    await expect(producer.publish([message(1, 'nowhere')], 1_000)).rejects.toThrow('no topic nowhere');
    await expect(producer.publish([message(1_000_000)], 1_000)).rejects.toThrow('too large');
    await flushPromises();
    expect(sends).toEqual([]);
  });

  test('a record of the past is sent as it is, with the same answers as a message', async () => {
    const producer = open({ messageBytes: 20 });
    const record = { topic: 'events', key: Buffer.from([0xff]), value: Buffer.from('no frame'), headers: {} };
    const sent = outcome(producer.republish(record, 1_000));
    await flushPromises();
    expect(sends.map(({ numbers }) => numbers)).toEqual([['no frame']]);
    sends[0]?.acknowledge();
    await flushPromises();
    expect(sent.result).toBe('done');
    await expect(producer.republish({ ...record, value: Buffer.alloc(21) }, 1_000)).rejects.toThrow('too large');
    await producer.close();
    await expect(producer.republish(record, 1_000)).rejects.toMatchObject({ code: 'taken_back' });
  });

  test('a send without an answer is given up at its bound, its connection is closed, and a new one opened', async () => {
    const producer = open();
    const first = outcome(producer.publish([message(1)], 1_000_000));
    await flushPromises();
    const second = outcome(producer.publish([message(2)], 1_000_000));
    clock.advance(producerSettings.retryBoundMs);
    await flushPromises();
    expect([first.result, second.result, severed, connects]).toEqual(['unacknowledged', 'waiting', 1, 2]);
    sends[1]?.acknowledge();
    await flushPromises();
    expect(second.result).toBe('done');
  });

  test('closing sends accepted messages, refuses new ones, and answers the rest at its bound', async () => {
    const producer = open();
    const underWay = outcome(producer.publish([message(1)], 100_000));
    await flushPromises();
    const queued = outcome(producer.publish([message(2)], 100_000));
    const closing = producer.close();
    await expect(producer.publish([message(3)], 1_000)).rejects.toMatchObject({ code: 'taken_back' });
    clock.advance(producerSettings.closeBoundMs);
    await closing;
    expect([underWay.result, queued.result, closed]).toEqual(['unacknowledged', 'taken_back', 1]);
  });
});
