import { randomUUID } from 'node:crypto';
import type { Admin, Consumer, EachMessagePayload } from 'kafkajs';
import { type ClientOptions, createClient } from '../client/client.ts';
import type { Decoder } from '../registry/registry.ts';
import { clientSettings, runnerSettings, tailSettings } from '../client/settings.ts';
import { compareTailLines, type TailFilter, type TailLine, toTailLine } from './tail-line.ts';

export type TailOptions = {
  readonly client: ClientOptions;
  readonly decoder: Decoder;
  /** Topics whose names begin so; the broker is asked which there are. */
  readonly topicPrefix: string;
  readonly filter: TailFilter;
  /** The past first, sorted by time, then what comes; without it only what comes. */
  readonly fromBeginning: boolean;
  /** Ends after the past instead of waiting for more. */
  readonly follow: boolean;
  readonly print: (line: TailLine) => void;
  readonly signal: AbortSignal;
};

const placeOf = (topic: string, partition: number): string => `${topic}:${partition}`;

/** For every partition that holds something, the offset of what is its last message now. */
async function lastOffsets(admin: Admin, topics: readonly string[]): Promise<Map<string, bigint>> {
  const last = new Map<string, bigint>();
  for (const topic of topics) {
    for (const { partition, high, low } of await admin.fetchTopicOffsets(topic)) {
      if (BigInt(high) > BigInt(low)) last.set(placeOf(topic, partition), BigInt(high) - 1n);
    }
  }
  return last;
}

/** Collects the past; `add` says whether the line belonged to it. Done when all of it was seen, or nothing more comes. */
function createBacklog(last: Map<string, bigint>, { client }: TailOptions) {
  const unread = new Map(last);
  let lines: TailLine[] = [];
  let touchedMs = client.clock.monotonicMs();
  return {
    /** The wait for the past begins when the group is joined, not before. */
    begin: (): void => {
      touchedMs = client.clock.monotonicMs();
    },
    isPast: (place: string, offset: bigint): boolean => {
      const end = last.get(place);
      if (end === undefined || offset > end) return false;
      touchedMs = client.clock.monotonicMs();
      if (offset === end) unread.delete(place);
      return true;
    },
    add: (line: TailLine): void => {
      lines.push(line);
      if (lines.length > 2 * tailSettings.backlogLines) {
        lines = lines.toSorted(compareTailLines).slice(-tailSettings.backlogLines);
      }
    },
    isRead: (): boolean => unread.size === 0 || client.clock.monotonicMs() - touchedMs > tailSettings.backlogIdleMs,
    sorted: (): readonly TailLine[] => lines.toSorted(compareTailLines).slice(-tailSettings.backlogLines),
  };
}

async function openConsumer(options: TailOptions, topics: readonly string[]): Promise<Consumer> {
  // A group of its own that never commits, so the broker forgets it as soon as it is left.
  const consumer = createClient(options.client, { retries: clientSettings.consumerRetries }).consumer({
    groupId: `tail-${randomUUID()}`,
    maxWaitTimeInMs: runnerSettings.fetchWaitMs,
    allowAutoTopicCreation: false,
  });
  await consumer.connect();
  await consumer.subscribe({ topics: [...topics], fromBeginning: options.fromBeginning });
  return consumer;
}

async function findTopics(options: TailOptions) {
  const admin = createClient(options.client, { retries: clientSettings.startRetries }).admin();
  await admin.connect();
  try {
    const topics = (await admin.listTopics()).filter((name) => name.startsWith(options.topicPrefix));
    if (topics.length === 0) throw new Error(`Kafka has no topics that begin with ${options.topicPrefix}.`);
    return { topics, last: options.fromBeginning ? await lastOffsets(admin, topics) : new Map<string, bigint>() };
  } finally {
    await admin.disconnect();
  }
}

/** Prints messages of all topics, decoded, until the signal aborts or, without `follow`, the past is read. */
export async function tail(options: TailOptions): Promise<void> {
  const { client, decoder, filter, print, signal } = options;
  const { topics, last } = await findTopics(options);
  const consumer = await openConsumer(options, topics);
  const joined = new Promise<void>((resolve) => consumer.on(consumer.events.GROUP_JOIN, () => resolve()));
  const backlog = createBacklog(last, options);
  const held: TailLine[] = [];
  let isLive = false;
  await consumer.run({
    autoCommit: false,
    eachMessage: async ({ topic, partition, message }: EachMessagePayload) => {
      const isPast = backlog.isPast(placeOf(topic, partition), BigInt(message.offset));
      const line = await toTailLine({ topic, partition, message }, decoder, filter);
      if (line === null) return;
      if (isLive) print(line);
      else if (isPast) backlog.add(line);
      else held.push(line);
    },
  });
  await joined;
  backlog.begin();
  while (!backlog.isRead() && !signal.aborted) await client.clock.wait(runnerSettings.fetchWaitMs, signal);
  for (const line of [...backlog.sorted(), ...held]) print(line);
  isLive = true;
  if (options.follow && !signal.aborted) {
    await new Promise<void>((resolve) => signal.addEventListener('abort', () => resolve(), { once: true }));
  }
  await consumer.disconnect();
}
