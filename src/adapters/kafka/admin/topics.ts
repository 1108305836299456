import kafkajs, { type Admin } from 'kafkajs';
import type { Clock } from '../../../application/ports/clock.ts';
import { Fault } from '../../../application/ports/faults.ts';
import type { TopicDefinition } from '../../../messages/topics.ts';
import { type ClientOptions, createClient } from '../client/client.ts';
import { clientSettings } from '../client/settings.ts';

export type TopicSettings = Pick<TopicDefinition, 'name' | 'partitions' | 'config'>;

export type TopicsReport = { readonly created: readonly string[]; readonly drift: readonly string[] };

const replicatedFrom = 3;

async function withAdmin<T>(options: ClientOptions, use: (admin: Admin) => Promise<T>, retries: number): Promise<T> {
  const admin = createClient(options, { retries }).admin();
  await admin.connect();
  try {
    return await use(admin);
  } finally {
    await admin.disconnect();
  }
}

/** One broker cannot replicate; from three on, two of three copies must have a message before it counts. */
const safetyFor = (brokers: number): { readonly replicas: number; readonly config: Record<string, string> } =>
  brokers >= replicatedFrom
    ? { replicas: 3, config: { 'min.insync.replicas': '2', 'unclean.leader.election.enable': 'false' } }
    : { replicas: 1, config: {} };

/** A broker knows a new topic only a moment after its creation, and kafkajs fails when asked before. */
async function metadataOf(admin: Admin, clock: Clock, names: string[]): ReturnType<Admin['fetchTopicMetadata']> {
  for (let retries: number = clientSettings.startRetries; ; retries -= 1) {
    try {
      return await admin.fetchTopicMetadata({ topics: names });
    } catch (error) {
      const isNew = error instanceof kafkajs.KafkaJSProtocolError && error.type === 'UNKNOWN_TOPIC_OR_PARTITION';
      if (!isNew || retries === 0) throw error;
      await clock.wait(clientSettings.maxRetryMs);
    }
  }
}

async function partitionDrift(
  admin: Admin,
  clock: Clock,
  topics: readonly TopicSettings[],
): Promise<readonly string[]> {
  const names = topics.map((topic) => topic.name);
  const { topics: found } = await metadataOf(admin, clock, names);
  return topics.flatMap(({ name, partitions }) => {
    const actual = found.find((topic) => topic.name === name)?.partitions.length ?? 0;
    if (actual === partitions) return [];
    return [
      `${name} has ${actual} partitions instead of ${partitions}; changing the number would break the order of keys`,
    ];
  });
}

async function configDrift(
  admin: Admin,
  topics: readonly TopicSettings[],
  shared: Readonly<Record<string, string>>,
): Promise<readonly string[]> {
  const { resources } = await admin.describeConfigs({
    includeSynonyms: false,
    resources: topics.map(({ name }) => ({ type: kafkajs.ConfigResourceTypes.TOPIC, name })),
  });
  return topics.flatMap(({ name, config }) => {
    const actual = resources.find((resource) => resource.resourceName === name)?.configEntries ?? [];
    return Object.entries({ ...config, ...shared }).flatMap(([key, wanted]) => {
      const value = actual.find((entry) => entry.configName === key)?.configValue ?? 'nothing';
      return value === wanted ? [] : [`${name} has ${key}=${value} instead of ${wanted}`];
    });
  });
}

/** The deploy step: creates what is missing and reports what differs. It never alters an existing topic. */
export const createTopics = (options: ClientOptions, topics: readonly TopicSettings[]): Promise<TopicsReport> =>
  withAdmin(
    options,
    async (admin) => {
      const existing = new Set(await admin.listTopics());
      const { brokers } = await admin.describeCluster();
      const safety = safetyFor(brokers.length);
      const missing = topics.filter(({ name }) => !existing.has(name));
      if (missing.length > 0) {
        await admin.createTopics({
          waitForLeaders: false,
          topics: missing.map(({ name, partitions, config }) => ({
            topic: name,
            numPartitions: partitions,
            replicationFactor: safety.replicas,
            configEntries: Object.entries({ ...config, ...safety.config }).map(([key, value]) => ({
              name: key,
              value,
            })),
          })),
        });
      }
      const drift = [
        ...(await partitionDrift(admin, options.clock, topics)),
        ...(await configDrift(admin, topics, safety.config)),
      ];
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
  );
