import { type Document, MongoClient } from 'mongodb';
import { waitUntil } from '../../../stack/wait-until.ts';
import { openKafka, withAdmin } from '../read-log.ts';
import type { Cluster } from './cluster.ts';
import type { NodeKind } from './nodes.ts';

/** A node that was cut off for half a minute has to fetch what it missed; this covers a loaded machine. */
const inSyncMsMax = 180_000;
const pollMs = 200;
const selectionMsMax = 2_000;
/** States of a member that takes part: 1 is the primary, 2 a secondary. */
const partaking: readonly unknown[] = [1, 2];

async function everyCopyIsInSync(brokers: string): Promise<boolean> {
  const { topics } = await withAdmin(openKafka(brokers), (admin) => admin.fetchTopicMetadata());
  const partitions = topics.flatMap((topic) => topic.partitions);
  return partitions.every(({ leader, isr, replicas }) => leader > 0 && isr.length === replicas.length);
}

async function everyMemberTakesPart(url: string): Promise<boolean> {
  const client = new MongoClient(url, { serverSelectionTimeoutMS: selectionMsMax });
  try {
    const { members } = (await client.db('admin').command({ replSetGetStatus: 1 })) as { members: readonly Document[] };
    return members.every(({ state }) => partaking.includes(state)) && members.some(({ state }) => state === 1);
  } finally {
    await client.close();
  }
}

/** Before it, the loss of a second node would stop the majority, which no cluster of three survives. */
export async function awaitInSync({ addresses }: Cluster, kind: NodeKind, signal: AbortSignal): Promise<void> {
  const isInSync = (): Promise<boolean> =>
    kind === 'kafka' ? everyCopyIsInSync(addresses.KAFKA_BROKERS) : everyMemberTakesPart(addresses.MONGODB_URL);
  if (await waitUntil(isInSync, { timeoutMs: inSyncMsMax, intervalMs: pollMs, signal })) return;
  throw new Error(`The nodes of ${kind} were not in sync ${inSyncMsMax / 1_000} s after the last blow`);
}
