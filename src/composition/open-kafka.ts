import type { ClientOptions } from '../adapters/kafka/client/client.ts';
import { createProducer, type Producer } from '../adapters/kafka/producer/producer.ts';
import { openProducerLink } from '../adapters/kafka/producer/producer-link.ts';
import { openRegistry, type Registry } from '../adapters/kafka/registry/registry.ts';
import { assertTopics } from '../adapters/kafka/admin/topics.ts';
import { systemClock } from '../adapters/system/clock.ts';
import type { MessagePublisher } from '../application/ports/outbox.ts';
import { registeredSchemas } from '../messages/registered-schemas.ts';
import { topics } from '../messages/topics.ts';
import { reachKafka } from './reach-kafka.ts';
import type { ProcessContext } from './run-process.ts';
import { watchPublishing } from './watch-publishing.ts';

export type Kafka = {
  readonly client: ClientOptions;
  readonly registry: Registry;
  readonly producer: MessagePublisher;
  readonly republish: Producer['republish'];
  /** Whether the last publishing succeeded, if it was recent; else whether a broker answers now. */
  readonly answers: () => Promise<boolean>;
};

export const kafkaClientOf = ({ config, log }: Pick<ProcessContext, 'config' | 'log'>): ClientOptions => ({
  brokers: config.KAFKA_BROKERS,
  clientId: config.PROJECT_NAME,
  log,
  clock: systemClock,
});

/** Opens Kafka and the registry. Fails with the names of missing topics and schemas. */
export async function openKafka(context: Pick<ProcessContext, 'config' | 'log' | 'closers'>): Promise<Kafka> {
  const client = kafkaClientOf(context);
  const names = topics.map((topic) => topic.name);
  const [registry] = await Promise.all([
    openRegistry({ url: context.config.SCHEMA_REGISTRY_URL, schemas: registeredSchemas, clock: systemClock }),
    assertTopics(client, names),
  ]);
  const producer = createProducer({
    connect: () => openProducerLink(client),
    encode: registry.encode,
    topics: names,
    clock: systemClock,
    log: context.log,
  });
  context.closers.add('kafka producer', () => producer.close());
  const watched = watchPublishing(producer, systemClock);
  return {
    client,
    registry,
    producer: watched,
    republish: producer.republish,
    answers: async () => watched.wentWell() ?? reachKafka(client),
  };
}
