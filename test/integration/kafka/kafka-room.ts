import { randomUUID } from 'node:crypto';
import type { Admin } from 'kafkajs';
import { type ClientOptions, createClient } from '../../../src/adapters/kafka/client/client.ts';
import { createProducer, type Producer } from '../../../src/adapters/kafka/producer/producer.ts';
import { openProducerLink, type ProducerLink } from '../../../src/adapters/kafka/producer/producer-link.ts';
import { registerSchemas } from '../../../src/adapters/kafka/registry/register-schemas.ts';
import { openRegistry, type Registry } from '../../../src/adapters/kafka/registry/registry.ts';
import { createTopics } from '../../../src/adapters/kafka/admin/topics.ts';
import { readHeaders } from '../../../src/adapters/kafka/consumer/decode-delivery.ts';
import { systemClock } from '../../../src/adapters/system/clock.ts';
import type { OutMessage } from '../../../src/application/ports/outbox.ts';
import { registeredSchemas } from '../../../src/messages/registered-schemas.ts';
import type { StoredMessage } from '../../contract/message-publisher-suite.ts';
import { createLogRecorder, type LogRecorder } from '../../support/log-recorder.ts';

export const kafkaBrokers = (process.env['KAFKA_BROKERS'] ?? '127.0.0.1:19092').split(',');
export const registryUrl = process.env['SCHEMA_REGISTRY_URL'] ?? 'http://127.0.0.1:18082/apis/ccompat/v7';
export const registryAddress = { url: registryUrl, user: null };
export const partitions = 3;
export const eventSchema = 'suite-happened.v1';

/** A topic and its dead letters on the real broker, under unique names. */
export type KafkaRoom = {
  readonly client: ClientOptions;
  readonly log: LogRecorder;
  readonly topic: string;
  readonly deadTopic: string;
  readonly group: string;
  readonly registry: Registry;
  readonly producer: Producer;
  readonly admin: Admin;
  readonly message: (key: string, n: number) => OutMessage;
  /** Sends bytes without the registry to the partition of the key. */
  readonly sendRaw: (raw: {
    key: string | null;
    value: Buffer | null;
    headers: Record<string, string>;
  }) => Promise<void>;
  readonly read: (topic: string) => Promise<readonly StoredMessage[]>;
  /** While the group is empty: deletes its committed offsets. */
  readonly beginAgain: () => Promise<void>;
  readonly committed: () => Promise<Readonly<Record<number, string>>>;
  readonly close: () => Promise<void>;
};

const textOf = (mark: string): string =>
  JSON.stringify({
    $schema: 'http://json-schema.org/draft-07/schema#',
    title: mark,
    type: 'object',
    additionalProperties: false,
    properties: { n: { type: 'integer' } },
    required: ['n'],
  });

async function registerRoomSchemas(topic: string, deadTopic: string) {
  const letter = registeredSchemas.find(({ schemaName }) => schemaName === 'dead-letter.v1');
  const schemas = [
    { subject: `${topic}-suite.happened`, schemaName: eventSchema, text: textOf(topic) },
    { subject: `${deadTopic}-dead_letter`, schemaName: 'dead-letter.v1', text: letter?.text ?? '{}' },
  ];
  await registerSchemas(registryAddress, schemas);
  return schemas;
}

/** Reads a whole topic, up to its present end. */
async function readTopic(room: Pick<KafkaRoom, 'client' | 'registry' | 'admin'>, topic: string) {
  const ends = await room.admin.fetchTopicOffsets(topic);
  const total = ends.reduce((sum, { high, low }) => sum + Number(high) - Number(low), 0);
  const stored: StoredMessage[] = [];
  if (total === 0) return stored;
  const consumer = createClient(room.client, { retries: 30 }).consumer({
    groupId: `reader-${randomUUID()}`,
    maxWaitTimeInMs: 50,
  });
  await consumer.connect();
  await consumer.subscribe({ topics: [topic], fromBeginning: true });
  await new Promise<void>((resolve, reject) => {
    const run = consumer.run({
      autoCommit: false,
      eachMessage: async ({ partition, message }) => {
        const value = message.value === null ? null : await room.registry.decode(message.value);
        stored.push({ partition, key: message.key?.toString() ?? null, headers: readHeaders(message.headers), value });
        if (stored.length === total) resolve();
      },
    });
    run.catch(reject);
  });
  await consumer.disconnect();
  return stored.toSorted((a, b) => a.partition - b.partition);
}

const offsetsOfStart = Array.from({ length: partitions }, (_, partition) => ({ partition, offset: '0' }));

export async function openKafkaRoom(wrap: (link: ProducerLink) => ProducerLink = (link) => link): Promise<KafkaRoom> {
  const mark = randomUUID().slice(0, 8);
  const [topic, deadTopic, group] = [`suite.${mark}`, `suite-dead.${mark}`, `suite-group.${mark}`];
  const log = createLogRecorder();
  const client: ClientOptions = { brokers: kafkaBrokers, clientId: 'suite', log, clock: systemClock };
  await createTopics(
    client,
    [
      { name: topic, partitions, config: {} },
      { name: deadTopic, partitions: 1, config: {} },
    ],
    1,
  );
  const schemas = await registerRoomSchemas(topic, deadTopic);
  const registry = await openRegistry({ address: registryAddress, schemas, clock: systemClock });
  const admin = createClient(client, { retries: 30 }).admin();
  await admin.connect();
  const raw = createClient(client, { retries: 30 }).producer();
  await raw.connect();
  const producer = createProducer({
    connect: async () => wrap(await openProducerLink(client)),
    encode: registry.encode,
    topics: [topic, deadTopic],
    clock: systemClock,
    log,
  });
  return {
    ...{ client, log, topic, deadTopic, group, registry, producer, admin },
    message: (key, n) => ({
      topic,
      key,
      headers: { ce_id: `${key}:${n}`, ce_type: 'cinema.billing.suite.happened.v1', ce_correlationid: 'request-1' },
      schema: eventSchema,
      value: { n },
    }),
    sendRaw: async ({ key, value, headers }) => {
      // A message without a key has no partition of its own, so any will do.
      const place = key === null ? { partition: 0 } : { key };
      await raw.send({ topic, messages: [{ ...place, value, headers }] });
    },
    read: (name) => readTopic({ client, registry, admin }, name),
    beginAgain: () => admin.setOffsets({ groupId: group, topic, partitions: offsetsOfStart }),
    committed: async () => {
      const [offsets] = await admin.fetchOffsets({ groupId: group, topics: [topic] });
      return Object.fromEntries((offsets?.partitions ?? []).map(({ partition, offset }) => [partition, offset]));
    },
    close: async () => {
      await producer.close();
      await raw.disconnect();
      await admin.deleteTopics({ topics: [topic, deadTopic] });
      await admin.disconnect();
    },
  };
}
