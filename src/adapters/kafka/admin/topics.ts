import kafkajs, { type Admin } from 'kafkajs';
import type { Clock } from '../../../application/ports/clock.ts';
import { Fault } from '../../../application/ports/faults.ts';
import type { TopicDefinition } from '../../../messages/topics.ts';
import type { ClientOptions } from '../client/client.ts';
import { kafkaFault } from '../client/kafka-fault.ts';
import { clientSettings } from '../client/settings.ts';
import { withAdmin } from './with-admin.ts';

export type TopicSettings = Pick<TopicDefinition, 'name' | 'partitions' | 'config'>;

export type TopicsReport = { readonly created: readonly string[]; readonly drift: readonly string[] };

type Safety = { readonly replicas: number; readonly config: Readonly<Record<string, string>> };

/** From three copies on, two must have a message before it counts, and a broker that lacks messages never leads. */
const safetyOf = (replicas: number): Safety =>
  replicas >= 3
    ? { replicas, config: { 'min.insync.replicas': '2', 'unclean.leader.election.enable': 'false' } }
    : { replicas, config: {} };

/**
 * A broker knows a new topic only a moment after its creation, and kafkajs fails when asked before; its partitions may get their leaders
 * later still. One of an older topic that stays without a leader holds up no deploy.
 */
async function metadataOf(admin: Admin, clock: Clock, names: string[]): ReturnType<Admin['fetchTopicMetadata']> {
  for (let retries: number = clientSettings.startRetries; ; retries -= 1) {
    try {
      const found = await admin.fetchTopicMetadata({ topics: names });
      const partitions = found.topics.flatMap((topic) => topic.partitions);
      if (retries === 0 || partitions.every(({ leader }) => leader >= 0)) return found;
    } catch (error) {
      const isNew = error instanceof kafkajs.KafkaJSProtocolError && error.type === 'UNKNOWN_TOPIC_OR_PARTITION';
      if (!isNew || retries === 0) throw error;
    }
    await clock.wait(clientSettings.maxRetryMs);
  }
}

type Found = Awaited<ReturnType<typeof metadataOf>>['topics'];

const partitionDrift = (found: Found, topics: readonly TopicSettings[]): readonly string[] =>
  topics.flatMap(({ name, partitions }) => {
    const actual = found.find((topic) => topic.name === name)?.partitions.length ?? 0;
    if (actual === partitions) return [];
    return [
      `${name} has ${actual} partitions instead of ${partitions}; changing the number would break the order of keys`,
    ];
  });

/** Replicas that are down for a moment count: Kafka lists where a partition should be, whatever is up. */
export const lackingReplicas = (
  found: Found,
  topics: readonly Pick<TopicSettings, 'name'>[],
  replicas: number,
): readonly string[] =>
  topics.flatMap(({ name }) => {
    const partitions = found.find((topic) => topic.name === name)?.partitions ?? [];
    const least = Math.min(...partitions.map((partition) => partition.replicas.length));
    return least >= replicas ? [] : [`${name} has ${least} replicas instead of ${replicas}`];
  });

/** More replicas in sync than wanted are safer, not different. */
const isAsWanted = (key: string, value: string, wanted: string): boolean =>
  key === 'min.insync.replicas' ? Number(value) >= Number(wanted) : value === wanted;

async function configDrift(
  admin: Admin,
  topics: readonly TopicSettings[],
  wantedOf: (topic: TopicSettings) => Readonly<Record<string, string>>,
): Promise<readonly string[]> {
  const { resources } = await admin.describeConfigs({
    includeSynonyms: false,
    resources: topics.map(({ name }) => ({ type: kafkajs.ConfigResourceTypes.TOPIC, name })),
  });
  return topics.flatMap((topic) => {
    const { name } = topic;
    const actual = resources.find((resource) => resource.resourceName === name)?.configEntries ?? [];
    return Object.entries(wantedOf(topic)).flatMap(([key, wanted]) => {
      const value = actual.find((entry) => entry.configName === key)?.configValue ?? 'nothing';
      return isAsWanted(key, value, wanted) ? [] : [`${name} has ${key}=${value} instead of ${wanted}`];
    });
  });
}

async function createMissing(admin: Admin, missing: readonly TopicSettings[], safety: Safety): Promise<void> {
  if (missing.length === 0) return;
  const { brokers } = await admin.describeCluster();
  if (brokers.length < safety.replicas) {
    const names = missing.map(({ name }) => name).join(', ');
    const message =
      `${brokers.length} Kafka brokers are up, and KAFKA_REPLICAS asks for ${safety.replicas} copies of ${names}. ` +
      'Start the others and run the deploy step again; what a topic is made with, it keeps.';
    throw new Fault('brokers_missing', message, { retryable: false });
  }
  await admin.createTopics({
    waitForLeaders: false,
    topics: missing.map(({ name, partitions, config }) => ({
      topic: name,
      numPartitions: partitions,
      replicationFactor: safety.replicas,
      configEntries: Object.entries({ ...config, ...safety.config }).map(([key, value]) => ({ name: key, value })),
    })),
  });
}

/** An acknowledged order must survive the loss of a disk, so a topic that does not promise it is refused. */
function refuseUnsafe(unsafe: readonly string[]): void {
  if (unsafe.length === 0) return;
  const advice =
    'Correct them with kafka-reassign-partitions.sh and kafka-configs.sh, then run the deploy step again; or set ' +
    'KAFKA_REPLICAS to what the topics have, if one lost disk may lose acknowledged orders.';
  throw new Fault('topics_unsafe', [...unsafe, advice].join('\n'), { retryable: false });
}

/**
 * The deploy step: creates what is missing and reports what differs. It never alters an existing topic, and fails while one
 * is less safe than `replicas` asks for.
 */
export const createTopics = (
  options: ClientOptions,
  topics: readonly TopicSettings[],
  replicas: number,
): Promise<TopicsReport> =>
  withAdmin(
    options,
    async (admin) => {
      const existing = new Set(await admin.listTopics());
      const safety = safetyOf(replicas);
      const missing = topics.filter(({ name }) => !existing.has(name));
      await createMissing(admin, missing, safety);
      const names = topics.map((topic) => topic.name);
      const { topics: found } = await metadataOf(admin, options.clock, names);
      refuseUnsafe([
        ...lackingReplicas(found, topics, replicas),
        ...(await configDrift(admin, topics, () => safety.config)),
      ]);
      const drift = [...partitionDrift(found, topics), ...(await configDrift(admin, topics, ({ config }) => config))];
      return { created: missing.map(({ name }) => name), drift };
    },
    clientSettings.producerRetries,
  );

/** At the start of a service: fails with the names of the topics that the deploy step has not created. */
export const assertTopics = (options: ClientOptions, names: readonly string[]): Promise<void> =>
  withAdmin(
    options,
    async (admin) => {
      const existing = new Set(await admin.listTopics());
      const missing = names.filter((name) => !existing.has(name));
      if (missing.length === 0) return;
      const message = `Kafka lacks the topics ${missing.join(', ')}. Run the deploy step (src/migrate.ts) first.`;
      throw new Fault('topics_missing', message, { retryable: false });
    },
    clientSettings.startRetries,
  ).catch((error: unknown) => {
    throw kafkaFault(error);
  });
