import { randomUUID } from 'node:crypto';
import kafkajs from 'kafkajs';
import type { Evidence, Fact } from './evidence.ts';

type Text = Evidence['texts'][number];
type Message = Parameters<
  NonNullable<Parameters<ReturnType<kafkajs.Kafka['consumer']>['run']>[0]>['eachMessage'] & object
>[0];

const topicPrefix = 'billing.';
/** Magic byte and schema id of the registry's wire format. */
const frameBytes = 5;
/** A whole log of a run is read in seconds; past this the broker hangs. */
const readMsMax = 120_000;

export const openKafka = (brokers: string): kafkajs.Kafka =>
  new kafkajs.Kafka({ clientId: 'chaos', brokers: brokers.split(','), logLevel: kafkajs.logLevel.NOTHING });

export async function withAdmin<T>(kafka: kafkajs.Kafka, ask: (admin: kafkajs.Admin) => Promise<T>): Promise<T> {
  const admin = kafka.admin();
  await admin.connect();
  try {
    return await ask(admin);
  } finally {
    await admin.disconnect();
  }
}

const topicsOf = async (admin: kafkajs.Admin): Promise<readonly string[]> =>
  (await admin.listTopics()).filter((topic) => topic.startsWith(topicPrefix));

/** Messages that each of our groups has not committed yet. */
export const lagsOf = (kafka: kafkajs.Kafka): Promise<ReadonlyMap<string, number>> =>
  withAdmin(kafka, async (admin) => {
    const { groups } = await admin.listGroups();
    const lags = new Map<string, number>();
    for (const { groupId } of groups.filter(({ groupId: id }) => id.startsWith('billing-'))) {
      let lag = 0;
      for (const { topic, partitions } of await admin.fetchOffsets({ groupId })) {
        const done = new Map(partitions.map(({ partition, offset }) => [partition, Number(offset)]));
        for (const { partition, high, low } of await admin.fetchTopicOffsets(topic))
          lag += Number(high) - Math.max(done.get(partition) ?? -1, Number(low));
      }
      lags.set(groupId, lag);
    }
    return lags;
  });

export const lagOf = async (kafka: kafkajs.Kafka): Promise<number> =>
  [...(await lagsOf(kafka)).values()].reduce((sum, lag) => sum + lag, 0);

/** The last offset to read of each partition that is not empty. */
const endsOf = (kafka: kafkajs.Kafka): Promise<{ topics: readonly string[]; ends: Map<string, bigint> }> =>
  withAdmin(kafka, async (admin) => {
    const topics = await topicsOf(admin);
    const ends = new Map<string, bigint>();
    for (const topic of topics)
      for (const { partition, high, low } of await admin.fetchTopicOffsets(topic))
        if (BigInt(high) > BigInt(low)) ends.set(`${topic}:${partition}`, BigInt(high) - 1n);
    return { topics, ends };
  });

function factOf({ topic, message }: Message, text: string): Fact | null {
  const sequence = message.headers?.['ce_sequence'];
  if (sequence === undefined || message.value === null) return null;
  const type = String(message.headers?.['ce_type']).replace(/^cinema\.billing\.|\.v\d+$/g, '');
  const value = JSON.parse(text) as Fact['value'];
  return { userId: String(message.key), topic, sequence: Number(sequence), type, text, value };
}

/** Every record of our topics, in the order of each partition, up to the end offsets of this moment. */
export async function readLog(kafka: kafkajs.Kafka): Promise<{ facts: readonly Fact[]; texts: readonly Text[] }> {
  const { topics, ends } = await endsOf(kafka);
  const facts: Fact[] = [];
  const texts: Text[] = [];
  const done = Promise.withResolvers<null>();
  if (ends.size === 0) done.resolve(null);
  const consumer = kafka.consumer({ groupId: `chaos-${randomUUID()}`, maxWaitTimeInMs: 100 });
  await consumer.connect();
  await consumer.subscribe({ topics: [...topics], fromBeginning: true });
  await consumer.run({
    autoCommit: false,
    eachMessage: (delivery) => {
      const { topic, partition, message } = delivery;
      const text = message.value?.subarray(frameBytes).toString('utf8') ?? '';
      const headers = Object.entries(message.headers ?? {}).map(([name, value]) => `${name}=${String(value)}`);
      texts.push({ where: topic, text: `${String(message.key)} ${headers.join(' ')} ${text}` });
      const fact = factOf(delivery, text);
      if (fact !== null) facts.push(fact);
      const place = `${topic}:${partition}`;
      if (BigInt(message.offset) >= (ends.get(place) ?? -1n)) ends.delete(place);
      if (ends.size === 0) done.resolve(null);
      return Promise.resolve();
    },
  });
  const timer = setTimeout(() => done.reject(new Error('The log could not be read to its end')), readMsMax);
  try {
    await done.promise;
  } finally {
    clearTimeout(timer);
    await consumer.disconnect();
  }
  return { facts, texts };
}
