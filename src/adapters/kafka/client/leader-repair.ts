import { clientSettings } from './settings.ts';

type Partition = { readonly partitionErrorCode: number; readonly partitionId: number; readonly leader: number };
type Metadata = { readonly topicMetadata: readonly { readonly partitionMetadata: readonly Partition[] }[] };
type Parse = (data: Metadata) => Promise<Metadata>;

/** There is no leader, a replica is down, or the leader cannot be reached by the address that this broker is reached by. */
const leaderless = new Set([5, 9, 72]);

/**
 * kafkajs refuses all that a broker says of all topics while one partition has no leader: no process of ours started, no partition was
 * consumed, and no message was sent. So such a partition is known, without a leader. What is wrong with a topic is refused as before.
 */
export const withoutLeaders = (parse: Parse): Parse =>
  async function parsing(data) {
    const topicMetadata = data.topicMetadata.map((topic) => ({
      ...topic,
      partitionMetadata: topic.partitionMetadata.filter(({ partitionErrorCode: code }) => !leaderless.has(code)),
    }));
    await parse({ ...data, topicMetadata });
    return data;
  };

/** How kafkajs names the leader of a partition that has none. */
const noLeader = -1;

const isLed = ({ leader }: Partition): boolean => leader !== noLeader;

type Pool = { readonly metadata: Metadata | null; readonly metadataMaxAge: number; metadataExpireAt: number | null };
type Refresh = (this: Pool, topics: readonly string[]) => Promise<unknown>;

/** kafkajs asks anew after five minutes. A partition without a leader would be left out until then, however soon it has one. */
export const askSoonForLeaders = (refreshMetadata: Refresh): Refresh =>
  async function refreshing(topics) {
    await refreshMetadata.call(this, topics);
    const partitions = this.metadata?.topicMetadata.flatMap((topic) => topic.partitionMetadata) ?? [];
    if (this.metadataExpireAt === null || partitions.every(isLed)) return;
    this.metadataExpireAt += Math.min(0, clientSettings.maxRetryMs - this.metadataMaxAge);
  };

type Assigned = Readonly<Record<string, readonly number[]>>;
type Offsets = {
  readonly cluster: { readonly findTopicPartitionMetadata: (topic: string) => readonly Partition[] };
  readonly memberAssignment: Assigned;
};
type Resolve = (this: Offsets) => Promise<void>;

/**
 * Before each fetch kafkajs looks for the beginning of the partitions of which the group has committed nothing, and fetches from none
 * while one of them has no leader. So those are left for a later fetch.
 */
export const resolveLed = (resolveOffsets: Resolve): Resolve =>
  async function resolving() {
    const ledOf = (topic: string): ReadonlySet<number> =>
      new Set(
        this.cluster
          .findTopicPartitionMetadata(topic)
          .filter(isLed)
          .map(({ partitionId }) => partitionId),
      );
    const led = Object.entries(this.memberAssignment).map(([topic, partitions]) => {
      const ids = ledOf(topic);
      return [topic, partitions.filter((partition) => ids.has(partition))] as const;
    });
    const memberAssignment = { value: Object.fromEntries(led) };
    await resolveOffsets.call(Object.create(this, { memberAssignment }) as Offsets);
  };
