import { createRequire } from 'node:module';
import { describe, expect, test } from '@jest/globals';
import { askSoonForLeaders } from '../../../src/adapters/kafka/client/leader-repair.ts';
import { repairKafkajs } from '../../../src/adapters/kafka/client/kafkajs-repairs.ts';

type Response = { readonly parse: (data: object) => Promise<unknown> };
type Offsets = {
  readonly resolveOffsets: () => Promise<void>;
  readonly committedOffsets: () => Readonly<Record<string, Readonly<Record<number, string>>>>;
};
type OffsetsClass = new (options: object) => Offsets;

repairKafkajs();
const load = createRequire(import.meta.url);
const KafkajsOffsets = load('kafkajs/src/consumer/offsetManager/index.js') as OffsetsClass;

const [leaderNotAvailable, replicaNotAvailable, listenerNotFound] = [5, 9, 72];
const topicAuthorizationFailed = 29;
const partition = (partitionId: number, partitionErrorCode: number, leader: number) => ({
  ...{ partitionId, partitionErrorCode, leader },
  ...{ replicas: [1], isr: [] },
});
const saying = (topicErrorCode: number, ...partitionMetadata: readonly object[]) => ({
  topicMetadata: [{ topic: 't', topicErrorCode, partitionMetadata }],
});

describe.each(['0', '1', '2', '3', '4', '5', '6'])('what a broker says of topics, in version %s', (version) => {
  const { parse } = load(`kafkajs/src/protocol/requests/metadata/v${version}/response.js`) as Response;

  test.each([leaderNotAvailable, replicaNotAvailable, listenerNotFound])(
    'a partition without a leader, or without a replica, stands beside the others: error %i',
    async (code) => {
      const data = saying(0, partition(0, 0, 1), partition(1, code, -1));
      await expect(parse(data)).resolves.toEqual(data);
    },
  );

  test('any other error of a partition is refused', async () => {
    const data = saying(0, partition(0, 0, 1), partition(1, topicAuthorizationFailed, -1));
    await expect(parse(data)).rejects.toMatchObject({ type: 'TOPIC_AUTHORIZATION_FAILED' });
  });

  test('a topic that is being made is refused, so that who asks waits for it', async () => {
    await expect(parse(saying(leaderNotAvailable))).rejects.toMatchObject({ type: 'LEADER_NOT_AVAILABLE' });
  });
});

describe('what is known of the brokers', () => {
  const poolAfter = async (...leaders: readonly number[]) => {
    const metadata = saying(0, ...leaders.map((leader, id) => partition(id, 0, leader)));
    const pool = { metadata: null, metadataMaxAge: 300_000, metadataExpireAt: null };
    const refresh = askSoonForLeaders(function refreshing() {
      Object.assign(this, { metadata, metadataExpireAt: this.metadataMaxAge });
      return Promise.resolve();
    });
    await refresh.call(pool, []);
    return pool;
  };

  test('is asked for again after half a second while a partition has no leader', async () => {
    await expect(poolAfter(1, -1)).resolves.toMatchObject({ metadataExpireAt: 500 });
  });

  test('is good for its whole time otherwise', async () => {
    await expect(poolAfter(1, 2)).resolves.toMatchObject({ metadataExpireAt: 300_000 });
  });
});

test('a group looks for its place in a partition once that has a leader, and in the others at once', async () => {
  let leaders = [1, -1];
  const asked: string[] = [];
  const [none, beginning] = ['-1', '7'];
  const offsets = new KafkajsOffsets({
    groupId: 'g',
    memberAssignment: { t: [0, 1] },
    topicConfigurations: { t: { fromBeginning: true } },
    coordinator: {
      isConnected: () => true,
      offsetFetch: ({ topics }: { topics: readonly { topic: string; partitions: readonly object[] }[] }) =>
        Promise.resolve({
          responses: topics.map(({ topic, partitions }) => ({
            topic,
            partitions: partitions.map((one) => ({ ...one, offset: none })),
          })),
        }),
    },
    cluster: {
      committedOffsets: () => ({}),
      findTopicPartitionMetadata: () => leaders.map((leader, id) => partition(id, 0, leader)),
      fetchTopicsOffset: (topics: readonly { topic: string; partitions: readonly { partition: number }[] }[]) => {
        asked.push(topics.flatMap(({ partitions }) => partitions.map((one) => one.partition)).join());
        return Promise.resolve(
          topics.map(({ topic, partitions }) => ({
            topic,
            partitions: partitions.map((one) => ({ ...one, offset: beginning })),
          })),
        );
      },
    },
  });
  await offsets.resolveOffsets();
  expect(offsets.committedOffsets()).toEqual({ t: { 0: beginning } });
  leaders = [1, 2];
  await offsets.resolveOffsets();
  expect(offsets.committedOffsets()).toEqual({ t: { 0: beginning, 1: beginning } });
  expect(asked).toEqual(['0', '1']);
});
