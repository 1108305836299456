import type { ClientOptions, KafkaIdentity } from '../adapters/kafka/client/client.ts';
import { createProducer, type Producer } from '../adapters/kafka/producer/producer.ts';
import { openProducerLink } from '../adapters/kafka/producer/producer-link.ts';
import { openRegistry, type Registry, type RegistryAddress } from '../adapters/kafka/registry/registry.ts';
import { assertTopics } from '../adapters/kafka/admin/topics.ts';
import { systemClock } from '../adapters/system/clock.ts';
import type { MessagePublisher } from '../application/ports/outbox.ts';
import { tracePublisher } from '../adapters/tracing/trace-ports.ts';
import type { Tracer } from '../application/ports/tracer.ts';
import type { Config } from '../config.ts';
import { registeredSchemas } from '../messages/registered-schemas.ts';
import { topics } from '../messages/topics.ts';
import { awaitNeeds } from './await-needs.ts';
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

const identityOf = (config: Config): KafkaIdentity => ({
  tls: config.KAFKA_TLS,
  user:
    config.KAFKA_USERNAME === ''
      ? null
      : { mechanism: config.KAFKA_SASL_MECHANISM, username: config.KAFKA_USERNAME, password: config.KAFKA_PASSWORD },
  certificate:
    config.KAFKA_CERTIFICATE_FILE === '' ? null : { cert: config.KAFKA_CERTIFICATE_FILE, key: config.KAFKA_KEY_FILE },
});

export const registryAddressOf = (config: Config): RegistryAddress => ({
  url: config.SCHEMA_REGISTRY_URL,
  user:
    config.SCHEMA_REGISTRY_USERNAME === ''
      ? null
      : { username: config.SCHEMA_REGISTRY_USERNAME, password: config.SCHEMA_REGISTRY_PASSWORD },
});

export const kafkaClientOf = ({ config, log }: Pick<ProcessContext, 'config' | 'log'>): ClientOptions => ({
  brokers: config.KAFKA_BROKERS,
  identity: identityOf(config),
  clientId: config.PROJECT_NAME,
  log,
  clock: systemClock,
});

/** Opens Kafka and the registry. Waits for both, and for missing topics and schemas; then it fails, with their names. */
export async function openKafka(
  context: Pick<ProcessContext, 'config' | 'log' | 'closers' | 'waitsForNeeds'>,
  tracer: Tracer,
): Promise<Kafka> {
  const client = kafkaClientOf(context);
  const names = topics.map((topic) => topic.name);
  const address = registryAddressOf(context.config);
  const [registry] = await Promise.all([
    awaitNeeds(context, systemClock, () => openRegistry({ address, schemas: registeredSchemas, clock: systemClock })),
    awaitNeeds(context, systemClock, () => assertTopics(client, names)),
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
    producer: tracePublisher(watched, tracer),
    republish: producer.republish,
    answers: async () => watched.wentWell() ?? reachKafka(client),
  };
}
