import { expect, test } from '@jest/globals';
import kafkajs from 'kafkajs';
import { producerSettings } from '../../../src/adapters/kafka/client/settings.ts';
import { createLaneSender } from '../../../src/adapters/kafka/producer/lane-sender.ts';
import { type Call, createSendQueue, type Outgoing } from '../../../src/adapters/kafka/producer/send-queue.ts';
import { createLogRecorder } from '../../support/log-recorder.ts';
import { createManualClock } from '../../support/manual-clock.ts';

const limits = { messages: 100, bytes: 100 };
const outgoing = (lane: string): Outgoing => ({
  topic: 't',
  lane,
  message: { key: null, value: null, headers: {} },
  bytes: 1,
});
const callOf = (...lanes: readonly string[]): Call => ({
  messages: lanes.map(outgoing),
  pending: lanes.length,
  handed: false,
  settle: () => undefined,
});

test('a lane has messages until the last of them is acknowledged, or dropped with its call, which counts once', () => {
  const queue = createSendQueue();
  const call = callOf('a', 'b');
  for (const pushed of [call, callOf('a')]) queue.push(pushed);
  const seen = (): readonly boolean[] => ['a', 'b', 'c'].map(queue.hasAny);
  expect(seen()).toEqual([true, true, false]);
  const batch = queue.take(limits, () => true);
  queue.drop(call);
  expect(seen()).toEqual([true, false, false]);
  queue.acknowledge(batch);
  queue.acknowledge(batch);
  expect(seen()).toEqual([false, false, false]);
  queue.push(callOf('b'));
  expect(seen()).toEqual([false, true, false]);
});

test('a failing lane without messages costs no look at those that wait', async () => {
  const queue = createSendQueue();
  const clock = createManualClock(0);
  let looks = 0;
  const exhausted = new kafkajs.KafkaJSNumberOfRetriesExceeded('no leader', { retryCount: 0, retryTime: 0 });
  const sender = createLaneSender({
    connect: () =>
      Promise.resolve({
        send: () => Promise.reject(exhausted),
        close: () => Promise.resolve(),
        sever: () => undefined,
      }),
    queue: {
      ...queue,
      take: (...args) => {
        looks += 1;
        return queue.take(...args);
      },
    },
    giveUp: queue.drop,
    ...{ clock, log: createLogRecorder(), settings: producerSettings },
  });
  const call = callOf('a', 'b');
  queue.push(call);
  expect(await sender.sendTogether()).toBe(true);
  expect(await sender.sendApart()).toBe(true);
  queue.drop(call);
  clock.advance(sender.pauseMs());
  const before = looks;
  expect([await sender.sendApart(), looks]).toEqual([false, before]);
});
