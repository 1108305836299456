import { randomUUID } from 'node:crypto';
import type { KafkaRoom } from './kafka-room.ts';
import { until } from './real-runner.ts';

/** Whether so many members have joined the group, and each has its partitions. */
export async function isStable({ admin, group }: KafkaRoom, count: number): Promise<boolean> {
  const [found] = (await admin.describeGroups([group])).groups;
  return found?.state === 'Stable' && found.members.length === count;
}

/** Publishes to all partitions, and waits until the members have noted all of it in `seen`. */
export async function publishAndAwait(room: KafkaRoom, seen: ReadonlySet<string>): Promise<void> {
  const keys = Array.from({ length: 30 }, () => randomUUID());
  await room.producer.publish(
    keys.map((key) => room.message(key, 1)),
    20_000,
  );
  await until(() => keys.every((key) => seen.has(key)));
}
