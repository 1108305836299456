import { createRequire } from 'node:module';
import { afterEach, beforeEach, jest, test } from '@jest/globals';
import kafkajs from 'kafkajs';
import type { ConsumerRunner } from '../../../src/adapters/kafka/consumer/consumer-runner.ts';
import { isStable, publishAndAwait } from './group-members.ts';
import { type KafkaRoom, openKafkaRoom } from './kafka-room.ts';
import { createStartRunner, until } from './real-runner.ts';

jest.setTimeout(90_000);

let room: KafkaRoom;
let runners: ReturnType<typeof createStartRunner>;
beforeEach(async () => {
  room = await openKafkaRoom();
  runners = createStartRunner(room);
});
afterEach(async () => {
  await runners.stopAll();
  await room.close();
});

type Group = { readonly isLeader: () => boolean };
type Sync = (this: Group) => Promise<void>;
type GroupClass = { readonly prototype: Record<symbol, Sync> };

const group = (createRequire(import.meta.url)('kafkajs/src/consumer/consumerGroup.js') as GroupClass).prototype;
const name = Object.getOwnPropertySymbols(group).find(({ description }) => description?.endsWith(':sync'));
const sync = name === undefined ? undefined : group[name];
const released = Promise.withResolvers<undefined>();

/** From now on a leader divides the partitions only after another member has given up waiting for it. */
function slowLeader(): Promise<unknown> {
  if (name === undefined || sync === undefined) throw new Error('This is not kafkajs 2.2.4.');
  group[name] = async function slow() {
    if (this.isLeader()) await released.promise;
    try {
      await sync.call(this);
    } catch (error) {
      if (error instanceof kafkajs.KafkaJSRequestTimeoutError) released.resolve(undefined);
      throw error;
    }
  };
  return released.promise;
}

afterEach(() => {
  released.resolve(undefined);
  if (name !== undefined && sync !== undefined) group[name] = sync;
});

test('a member gets its partitions where the one who divides them is slow', async () => {
  const partitionOf = new Map<string, number>();
  const seen = new Set<string>();
  const startAs = (name: string) =>
    runners.start(({ key, partition }) => {
      partitionOf.set(name, partition);
      seen.add(key);
      return Promise.resolve({ kind: 'handled' });
    });
  const areAllHandled = (): Promise<void> => publishAndAwait(room, seen);
  /** Partitions are divided by the order of member ids: in one order the follower keeps its only one when a third member leaves. */
  async function joinAsThird(): Promise<ConsumerRunner> {
    const third = await startAs('third');
    await until(() => isStable(room, 3));
    partitionOf.clear();
    await areAllHandled();
    if (partitionOf.get('leader') !== 0 || partitionOf.get('follower') !== 1) return third;
    await third.stop();
    return joinAsThird();
  }
  await startAs('leader');
  await startAs('follower');
  const third = await joinAsThird();
  const hasGivenUp = slowLeader();
  await third.stop();
  await hasGivenUp;
  await areAllHandled();
});
