import { afterEach, describe, expect, test } from '@jest/globals';
import { mayHelp } from '../../../src/adapters/kafka/producer/may-help.ts';
import { openProducerLink, type ProducerLink } from '../../../src/adapters/kafka/producer/producer-link.ts';
import { systemClock } from '../../../src/adapters/system/clock.ts';
import { type Behaviour, type FakeBrokers, startFakeBrokers } from '../../support/fake-brokers.ts';
import { createLogRecorder } from '../../support/log-recorder.ts';

const topic = 'facts';
const notLeader = 6;
const messageTooLarge = 10;
const notEnoughReplicas = 19;
/** One message for each of the two partitions. */
const batch = [{ topic, messages: [0, 1].map((partition) => ({ partition, key: 'a', value: 'b' })) }];
const batchTo = (partition: number) => [{ topic, messages: [{ partition, key: 'a', value: 'b' }] }];

let brokers: FakeBrokers;
let link: ProducerLink;

async function open(behaviour: Omit<Behaviour, 'topic'>): Promise<void> {
  brokers = await startFakeBrokers({ topic, ...behaviour });
  const log = createLogRecorder();
  link = await openProducerLink({ brokers: brokers.addresses, clientId: 'test', log, clock: systemClock });
}

const failureOf = (send: Promise<void>): Promise<unknown> =>
  send.then(
    () => null,
    (error: unknown) => error,
  );

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

  test('goes as a whole to the broker that took a partition over when it is repeated, though that answered for its own', async () => {
    let hasMoved = false;
    await open({
      leaders: () => (hasMoved ? [0, 0] : [0, 1]),
      answer: ({ broker }) => {
        if (broker === 0) return 0;
        hasMoved = true;
        return notLeader;
      },
    });
    expect(mayHelp(await failureOf(link.send(batch)))).toBe(true);
    await link.send(batch);
    expect(brokers.produced.at(-1)).toEqual({ broker: 0, partitions: [0, 1] });
  });

  test('is made once', async () => {
    await open({ leaders: () => [0, 1], answer: ({ broker }) => (broker === 0 ? 0 : notEnoughReplicas) });
    expect(mayHelp(await failureOf(link.send(batch)))).toBe(true);
    expect(brokers.produced.filter(({ broker }) => broker === 1)).toHaveLength(1);
  });

  test('that is refused for good is of no use once more', async () => {
    await open({ leaders: () => [0, 1], answer: ({ broker }) => (broker === 0 ? 0 : messageTooLarge) });
    const failure = await failureOf(link.send(batch));
    expect([failure, mayHelp(failure)]).toEqual([expect.any(Error), false]);
  });
});

describe('while a partition has no leader', () => {
  test('what goes to it fails and may be sent again, and what goes to another is acknowledged', async () => {
    let leaders = [0, -1];
    await open({ leaders: () => leaders, answer: () => 0 });
    await link.send(batchTo(0));
    expect(mayHelp(await failureOf(link.send(batchTo(1))))).toBe(true);
    await link.send(batchTo(0));
    expect(brokers.produced.map(({ partitions }) => partitions)).toEqual([[0], [0]]);
    leaders = [0, 1];
    // The failed send has asked for the leaders, so one more has to ask again.
    await failureOf(link.send(batchTo(1)));
    await link.send(batchTo(1));
    expect(brokers.produced.at(-1)).toEqual({ broker: 1, partitions: [1] });
  });
});
