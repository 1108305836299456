import { afterEach, describe, expect, test } from '@jest/globals';
import { openProducerLink, type ProducerLink } from '../../../src/adapters/kafka/producer/producer-link.ts';
import { systemClock } from '../../../src/adapters/system/clock.ts';
import { type Behaviour, type FakeBrokers, startFakeBrokers } from '../../support/fake-brokers.ts';
import { createLogRecorder } from '../../support/log-recorder.ts';

const topic = 'facts';
const notLeader = 6;
const messageTooLarge = 10;
/** One message for each of the two partitions. */
const batch = [{ topic, messages: [0, 1].map((partition) => ({ partition, key: 'a', value: 'b' })) }];

let brokers: FakeBrokers;
let link: ProducerLink;

async function open(behaviour: Omit<Behaviour, 'topic'>): Promise<void> {
  brokers = await startFakeBrokers({ topic, ...behaviour });
  const log = createLogRecorder();
  link = await openProducerLink({ brokers: brokers.addresses, clientId: 'test', log, clock: systemClock });
}

afterEach(async () => {
  await link.close();
  brokers.close();
});

describe('a send to two brokers', () => {
  test('goes to each of them once when both acknowledge', async () => {
    await open({ leaders: () => [0, 1], answer: () => 0 });
    await link.send(batch);
    expect(brokers.produced).toEqual(
      expect.arrayContaining([
        { broker: 0, partitions: [0] },
        { broker: 1, partitions: [1] },
      ]),
    );
    expect(brokers.produced).toHaveLength(2);
  });

  test('is not acknowledged before the broker that took a partition over has it, though it answered for its own', async () => {
    let hasMoved = false;
    await open({
      leaders: () => (hasMoved ? [0, 0] : [0, 1]),
      answer: ({ broker }) => {
        if (broker === 0) return 0;
        hasMoved = true;
        return notLeader;
      },
    });
    await link.send(batch);
    const acknowledged = brokers.produced.filter(({ broker }) => broker === 0).flatMap(({ partitions }) => partitions);
    expect(acknowledged).toContain(0);
    expect(acknowledged).toContain(1);
  });

  test('fails at once when another attempt would not help', async () => {
    await open({ leaders: () => [0, 1], answer: ({ broker }) => (broker === 0 ? 0 : messageTooLarge) });
    await expect(link.send(batch)).rejects.toThrow();
    expect(brokers.produced).toHaveLength(2);
  });
});
