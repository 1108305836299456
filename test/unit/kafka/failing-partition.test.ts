import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { laneOf } from '../../../src/adapters/kafka/producer/lane-of.ts';
import { createProducer, type Producer } from '../../../src/adapters/kafka/producer/producer.ts';
import { openProducerLink } from '../../../src/adapters/kafka/producer/producer-link.ts';
import { systemClock } from '../../../src/adapters/system/clock.ts';
import { type FakeBrokers, startFakeBrokers } from '../../support/fake-brokers.ts';
import { createLogRecorder } from '../../support/log-recorder.ts';

const topic = 'events';
const message = (key: string, n: number) => ({ topic, key, headers: {}, schema: 's', value: { text: `${key}${n}` } });

describe('over kafkajs itself', () => {
  const notEnoughReplicas = 19;
  let isLacking = true;
  let producer: Producer;
  let brokers: FakeBrokers;
  beforeEach(async () => {
    brokers = await startFakeBrokers({
      ...{ topic, leaders: () => [0, 0] },
      answer: (_, partition) => (isLacking && partition === 1 ? notEnoughReplicas : 0),
    });
    const client = { brokers: brokers.addresses, clientId: 'test', log: createLogRecorder(), clock: systemClock };
    producer = createProducer({
      connect: () => openProducerLink(client),
      encode: ({ value }) => Buffer.from(String(value?.['text'])),
      ...{ topics: [topic], clock: systemClock, log: client.log },
    });
  });
  afterEach(async () => {
    await producer.close();
    brokers.close();
  });

  test('a partition with too few replicas in sync keeps its own messages waiting, and no others', async () => {
    const keyTo = (partition: number): string =>
      ['a', 'b', 'c', 'd'].find((key) => Number(laneOf(topic, key).split('/')[1]) % 2 === partition) ?? '';
    const meanwhile = async (): Promise<void> => {
      await producer.publish([message(keyTo(0), 2)], 20_000);
      await producer.publish([message(keyTo(0), 3)], 20_000);
      isLacking = false;
    };
    await Promise.all([producer.publish([message(keyTo(1), 1), message(keyTo(0), 1)], 20_000), meanwhile()]);
    // Once in the send to both, and once each.
    expect(brokers.produced.filter(({ partitions }) => partitions.includes(0)).length).toBeLessThanOrEqual(4);
  });
});
