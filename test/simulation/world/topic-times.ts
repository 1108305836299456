import type { ReadTopic } from '../../../src/adapters/kafka/admin/rewind-groups.ts';
import { topics } from '../../../src/messages/topics.ts';
import type { Group } from './consumer-group.ts';
import { partitionCount, type SimulatedLog } from './message-log.ts';
import type { World } from './world.ts';

export type TopicTimes = {
  /** When the oldest record was written that one of the groups has not handled; now, where all are handled. */
  readonly oldestWaiting: () => number;
  /** The groups read everything again that was written from this instant on. */
  readonly rewind: (at: number) => void;
};

/** When each record of the topics was written, which Kafka keeps as well. */
export function watchTopicTimes(
  world: World,
  log: SimulatedLog,
  groups: readonly Group[],
  read: readonly ReadTopic[],
): TopicTimes {
  const times = new Map<string, readonly number[][]>(
    topics.map(({ name }) => [name, Array.from({ length: partitionCount }, () => [])]),
  );
  log.onAppend(({ topic, partition }) => times.get(topic)?.[partition]?.push(world.scheduler.now()));
  const readers = groups.filter(({ id }) => read.some(({ group }) => group === id));
  return {
    oldestWaiting: () =>
      Math.min(
        world.scheduler.now(),
        ...readers.flatMap(({ topic, committed }) =>
          committed().map((offset, partition) => times.get(topic)?.[partition]?.[offset] ?? Infinity),
        ),
      ),
    rewind: (at) => {
      for (const group of readers) {
        for (const [partition, written] of (times.get(group.topic) ?? []).entries()) {
          const first = written.findIndex((time) => time >= at);
          if (first >= 0) group.rewind(partition, first);
        }
      }
    },
  };
}
