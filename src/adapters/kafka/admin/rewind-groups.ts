import kafkajs, { type Admin } from 'kafkajs';
import { Fault } from '../../../application/ports/faults.ts';
import type { Instant } from '../../../domain/model/instant.ts';
import { type ClientOptions, createClient } from '../client/client.ts';
import { clientSettings } from '../client/settings.ts';

export type ReadTopic = { readonly group: string; readonly topic: string };
/** How many records of the topic the group will read again. */
export type Rewound = ReadTopic & { readonly records: number };

/** The group goes back to the instant, and nowhere forward. A partition that it never read stays so. */
async function rewindGroup(admin: Admin, { group, topic }: ReadTopic, to: Instant): Promise<Rewound> {
  const [committed] = await admin.fetchOffsets({ groupId: group, topics: [topic] });
  const atInstant = new Map(
    (await admin.fetchTopicOffsetsByTimestamp(topic, to)).map((at) => [at.partition, at.offset]),
  );
  const behind = (committed?.partitions ?? []).flatMap(({ partition, offset }) => {
    const wanted = atInstant.get(partition);
    const isBehind = wanted !== undefined && BigInt(offset) >= 0n && BigInt(wanted) < BigInt(offset);
    return isBehind ? [{ partition, offset: wanted, records: Number(BigInt(offset) - BigInt(wanted)) }] : [];
  });
  if (behind.length > 0) {
    const partitions = behind.map(({ partition, offset }) => ({ partition, offset }));
    await admin.setOffsets({ groupId: group, topic, partitions });
  }
  return { group, topic, records: behind.reduce((sum, { records }) => sum + records, 0) };
}

/** `stopped`: the groups that must have no member, be they rewound or not. */
export type Rewind = {
  readonly stopped: readonly string[];
  readonly reads: readonly ReadTopic[];
  readonly to: Instant;
};

/**
 * Lets consumers that do not run read again what came since the instant. Refused while one of them is a member of its group,
 * also for the half minute after it was killed.
 */
export async function rewindGroups(
  options: ClientOptions,
  { stopped, reads, to }: Rewind,
): Promise<readonly Rewound[]> {
  const admin = createClient(options, { retries: clientSettings.producerRetries }).admin();
  await admin.connect();
  try {
    const { groups } = await admin.describeGroups([...stopped]);
    const busy = groups.filter(({ members }) => members.length > 0).map(({ groupId }) => groupId);
    if (busy.length > 0) {
      const message = `Consumers still run: ${busy.join(', ')}. Stop every process of the service and wait half a minute.`;
      throw new Fault('consumers_running', message, { retryable: true });
    }
    const rewound: Rewound[] = [];
    for (const read of reads) rewound.push(await rewindGroup(admin, read, to));
    return rewound;
  } catch (error) {
    if (error instanceof kafkajs.KafkaJSError) {
      throw new Fault('groups_not_rewound', error.message, { retryable: true, cause: error });
    }
    throw error;
  } finally {
    await admin.disconnect();
  }
}
