import kafkajs, { type Admin } from 'kafkajs';
import type { ClientOptions } from '../client/client.ts';
import { clientSettings } from '../client/settings.ts';
import { lackingReplicas } from './topics.ts';
import { withAdmin } from './with-admin.ts';

export type ForeignTopics = {
  /** A sentence for each topic that has fewer copies. */
  readonly lacking: readonly string[];
  /** They do not exist, or the user may not describe them. */
  readonly unseen: readonly string[];
};

type Described = Awaited<ReturnType<Admin['fetchTopicMetadata']>>['topics'];

/** Null where the broker refuses: the deploy does not end for a topic of others. */
async function describe(admin: Admin, names: string[]): Promise<Described | null> {
  if (names.length === 0) return [];
  try {
    return (await admin.fetchTopicMetadata({ topics: names })).topics;
  } catch (error) {
    if (error instanceof kafkajs.KafkaJSProtocolError) return null;
    throw error;
  }
}

/**
 * The copies of topics that Kafka and the registry make for themselves. Only topics that Kafka lists are described: a question for another
 * name could make the topic.
 */
export const checkForeignTopics = (
  options: ClientOptions,
  names: readonly string[],
  replicas: number,
): Promise<ForeignTopics> =>
  withAdmin(
    options,
    async (admin) => {
      const listed = new Set(await admin.listTopics());
      const seen = names.filter((name) => listed.has(name));
      const found = await describe(admin, seen);
      if (found === null) return { lacking: [], unseen: names };
      const wanted = seen.map((name) => ({ name }));
      return { lacking: lackingReplicas(found, wanted, replicas), unseen: names.filter((name) => !listed.has(name)) };
    },
    clientSettings.producerRetries,
  );
