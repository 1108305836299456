import type { Consumer, EachBatchPayload } from 'kafkajs';
import { type ClientOptions, createClient } from '../client/client.ts';
import type { PartitionOffset } from './offset-commits.ts';
import type { RunnerTools } from './runner-options.ts';
import { clientSettings } from '../client/settings.ts';

export type GroupEvents = {
  /** A new assignment; messages in hand belong to the old one. */
  readonly onJoined: () => void;
  readonly onRebalancing: () => void;
  readonly onAlive: () => void;
  readonly onCrash: (error: Error, restarts: boolean) => void;
  /** Must return at once: kafkajs fetches again, and sends the next heartbeat, only after it. */
  readonly onBatch: (payload: EachBatchPayload) => void;
};

/** The kafkajs consumer of one topic and group, reduced to what the runner needs and made safe to call at any time. */
export type ConsumerGroup = {
  readonly start: () => Promise<void>;
  readonly stop: () => Promise<void>;
  readonly pause: (partition: number) => void;
  readonly resume: (partition: number) => void;
  readonly pauseAll: () => void;
  readonly seek: (partition: number, offset: bigint) => void;
  readonly commit: (offsets: readonly PartitionOffset[]) => Promise<void>;
};

/** Between a crash and the restart kafkajs has no group and throws. The next assignment starts without pauses anyway. */
function whenRunning(act: () => void): void {
  try {
    act();
  } catch {
    // Nothing to do: see above.
  }
}

function listen(consumer: Consumer, topic: string, events: GroupEvents): void {
  consumer.on(consumer.events.GROUP_JOIN, () => {
    // kafkajs remembers pauses across assignments; ours belong to one.
    whenRunning(() => consumer.resume([{ topic }]));
    events.onJoined();
  });
  consumer.on(consumer.events.REBALANCING, events.onRebalancing);
  consumer.on(consumer.events.FETCH, events.onAlive);
  consumer.on(consumer.events.HEARTBEAT, events.onAlive);
  consumer.on(consumer.events.CRASH, ({ payload }) => events.onCrash(payload.error, payload.restart));
}

export function createConsumerGroup(
  client: ClientOptions,
  { about, settings }: Pick<RunnerTools, 'about' | 'settings'>,
  events: GroupEvents,
): ConsumerGroup {
  const { topic, group } = about;
  let isStopped = false;
  const consumer = createClient(client, { retries: clientSettings.consumerRetries }).consumer({
    groupId: group,
    sessionTimeout: settings.sessionTimeoutMs,
    rebalanceTimeout: settings.rebalanceTimeoutMs,
    // kafkajs starts a consumer again that crashes while it stops.
    retry: { retries: clientSettings.consumerRepeats, restartOnFailure: () => Promise.resolve(!isStopped) },
    heartbeatInterval: settings.heartbeatIntervalMs,
    maxWaitTimeInMs: settings.fetchWaitMs,
    minBytes: 1,
    maxBytesPerPartition: settings.partitionBytes,
    allowAutoTopicCreation: false,
  });
  let commitOffsets: EachBatchPayload['commitOffsetsIfNecessary'] | null = null;
  const eachBatch = (payload: EachBatchPayload): Promise<void> => {
    // The batch's own commit fails during a rebalance. consumer.commitOffsets would retry under the next assignment,
    // where another member may own the partition.
    commitOffsets = (offsets) => payload.commitOffsetsIfNecessary(offsets);
    events.onBatch(payload);
    return Promise.resolve();
  };
  listen(consumer, topic, events);
  // A stop that comes while kafkajs joins does nothing, and the consumer would begin after it.
  consumer.on(consumer.events.FETCH_START, () => {
    if (isStopped) void consumer.disconnect().catch(() => undefined);
  });
  return {
    start: async () => {
      await consumer.connect();
      // kafkajs also uses this setting when a committed offset has expired, and "latest" would then skip messages.
      await consumer.subscribe({ topics: [topic], fromBeginning: true });
      await consumer.run({
        autoCommit: false,
        eachBatchAutoResolve: false,
        partitionsConsumedConcurrently: settings.partitionsAtOnce,
        eachBatch,
      });
    },
    stop: () => {
      isStopped = true;
      return consumer.disconnect();
    },
    pause: (partition) => whenRunning(() => consumer.pause([{ topic, partitions: [partition] }])),
    resume: (partition) => whenRunning(() => consumer.resume([{ topic, partitions: [partition] }])),
    pauseAll: () => whenRunning(() => consumer.pause([{ topic }])),
    seek: (partition, offset) => whenRunning(() => consumer.seek({ topic, partition, offset: String(offset) })),
    commit: async (offsets) => {
      await commitOffsets?.({ topics: [{ topic, partitions: [...offsets] }] });
    },
  };
}
