import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import type { Admin, Consumer, EachMessagePayload } from 'kafkajs';
import { type ClientOptions, createClient } from '../client/client.ts';
import type { Decoder } from '../registry/registry.ts';
import { clientSettings, runnerSettings, tailSettings } from '../client/settings.ts';
import { compareTailLines, type TailFilter, type TailLine, toTailLine } from './tail-line.ts';

export type TailOptions = {
  readonly client: ClientOptions;
  readonly decoder: Decoder;
  /** All topics of the broker whose names begin with it are read. */
  readonly topicPrefix: string;
  readonly filter: TailFilter;
  /** Waits for new messages after the past ones, instead of ending. */
  readonly follow: boolean;
  readonly print: (line: TailLine) => void;
  readonly signal: AbortSignal;
};

const placeOf = (topic: string, partition: number): string => `${topic}:${partition}`;

/** The offset of the last message at present, for every partition that is not empty. */
async function lastOffsets(admin: Admin, topics: readonly string[]): Promise<Map<string, bigint>> {
  const last = new Map<string, bigint>();
  for (const topic of topics) {
    for (const { partition, high, low } of await admin.fetchTopicOffsets(topic)) {
      if (BigInt(high) > BigInt(low)) last.set(placeOf(topic, partition), BigInt(high) - 1n);
    }
  }
  return last;
}

/** Sorts the newest past lines by time, because partitions are read in parallel. */
function createBacklog() {
  let lines: TailLine[] = [];
  const sorted = (): TailLine[] => lines.toSorted(compareTailLines).slice(-tailSettings.backlogLines);
  return {
    sorted,
    add: (line: TailLine): void => {
      lines.push(line);
      if (lines.length > 2 * tailSettings.backlogLines) lines = sorted();
    },
  };
}

async function openConsumer(options: TailOptions, topics: readonly string[]): Promise<Consumer> {
  // A group of its own that never commits, so that it stores nothing at the broker.
  const consumer = createClient(options.client, { retries: clientSettings.consumerRetries }).consumer({
    groupId: `tail-${randomUUID()}`,
    maxWaitTimeInMs: runnerSettings.fetchWaitMs,
    allowAutoTopicCreation: false,
  });
  await consumer.connect();
  await consumer.subscribe({ topics: [...topics], fromBeginning: true });
  return consumer;
}

async function findTopics(options: TailOptions) {
  const admin = createClient(options.client, { retries: clientSettings.startRetries }).admin();
  await admin.connect();
  try {
    const topics = (await admin.listTopics()).filter((name) => name.startsWith(options.topicPrefix));
    if (topics.length === 0) throw new Error(`Kafka has no topics that begin with ${options.topicPrefix}.`);
    return { topics, unread: await lastOffsets(admin, topics) };
  } finally {
    await admin.disconnect();
  }
}

/** Prints decoded messages of all topics: the past by time, then, with `follow`, new ones until the signal aborts. */
export async function tail(options: TailOptions): Promise<void> {
  const { decoder, filter, print, signal, client } = options;
  const { clock } = client;
  const { topics, unread } = await findTopics(options);
  const consumer = await openConsumer(options, topics);
  const joined = new Promise<void>((resolve) => consumer.on(consumer.events.GROUP_JOIN, () => resolve()));
  const backlog = createBacklog();
  let readMs: number;
  let fetchesSince = 0;
  consumer.on(consumer.events.FETCH, () => (fetchesSince += 1));
  let show = backlog.add;
  await consumer.run({
    autoCommit: false,
    eachMessage: async ({ topic, partition, message }: EachMessagePayload) => {
      const place = placeOf(topic, partition);
      const last = unread.get(place);
      if (last !== undefined) {
        readMs = clock.monotonicMs();
        fetchesSince = 0;
      }
      const line = await toTailLine({ topic, partition, message }, decoder, filter);
      if (line !== null) show(line);
      if (last !== undefined && BigInt(message.offset) >= last) unread.delete(place);
    },
  });
  await joined;
  // The wait for the past begins when the group is joined, not before.
  readMs = clock.monotonicMs();
  const mayCome = (): boolean =>
    clock.monotonicMs() - readMs <= tailSettings.backlogIdleMs || fetchesSince < tailSettings.backlogIdleFetches;
  while (unread.size > 0 && mayCome() && !signal.aborted) await clock.wait(runnerSettings.fetchWaitMs, signal);
  for (const line of backlog.sorted()) print(line);
  show = print;
  if (options.follow && !signal.aborted) await once(signal, 'abort');
  await consumer.disconnect();
}
