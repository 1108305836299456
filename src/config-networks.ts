import * as parse from './config-parsers.ts';
import { everywhere, except, type Setting } from './read-settings.ts';

/** How the processes reach Kafka, MongoDB and the registry, and by what they are known there. */
export const networkSettings = {
  TLS_CA_FILE: {
    parse: parse.certificates,
    default: everywhere(''),
    doc: 'Certificate authorities trusted beside the well-known ones, by every connection of the process.',
  },
  KAFKA_BROKERS: {
    parse: parse.nonEmpty(parse.listOf(parse.hostAndPort)),
    default: except('127.0.0.1:19092', null),
    doc: 'Kafka brokers to start from.',
  },
  KAFKA_TLS: {
    parse: parse.flag,
    default: except('false', 'true'),
    doc: 'Whether Kafka is reached over TLS; production refuses false.',
  },
  KAFKA_USERNAME: {
    parse: parse.text,
    default: everywhere(''),
    doc: 'User at Kafka (SASL/SCRAM); in production this or a client certificate.',
  },
  KAFKA_PASSWORD: {
    parse: parse.optional(parse.atLeast(12)),
    default: everywhere(''),
    doc: 'Password of KAFKA_USERNAME.',
    secret: true,
  },
  KAFKA_SASL_MECHANISM: {
    parse: parse.oneOf('scram-sha-512', 'scram-sha-256'),
    default: everywhere('scram-sha-512'),
    doc: 'How KAFKA_USERNAME proves itself.',
  },
  KAFKA_CERTIFICATE_FILE: {
    parse: parse.certificates,
    default: everywhere(''),
    doc: 'The client certificate, where Kafka knows its users by certificates.',
  },
  KAFKA_KEY_FILE: {
    parse: parse.privateKey,
    default: everywhere(''),
    doc: 'The private key of KAFKA_CERTIFICATE_FILE.',
  },
  KAFKA_REPLICAS: {
    parse: parse.whole(1, 7),
    default: except('1', '3'),
    doc: 'Copies of each topic; the deploy step refuses topics with fewer. From 3 on, two must have a message before it counts.',
  },
  TOPIC_PARTITIONS: {
    parse: parse.whole(1, 1000),
    default: everywhere('12'),
    doc: 'Partitions of a new topic: the most consumers that can share it; fixed for its life, as keys would move.',
  },
  MONGODB_URL: {
    parse: parse.mongodbUrl,
    default: except('mongodb://127.0.0.1:27117/billing?replicaSet=rs0', null),
    doc: 'MongoDB replica set, with the name of the database; in production with a user and `tls=true`.',
    secret: true,
  },
  SCHEMA_REGISTRY_URL: {
    parse: parse.httpUrl,
    default: except('http://127.0.0.1:18082/apis/ccompat/v7', null),
    doc: 'Schema registry, the root of its Confluent-compatible API; in production over https only.',
  },
  SCHEMA_REGISTRY_USERNAME: {
    parse: parse.text,
    default: everywhere(''),
    doc: 'User at the schema registry (HTTP Basic).',
  },
  SCHEMA_REGISTRY_PASSWORD: {
    parse: parse.optional(parse.atLeast(12)),
    default: everywhere(''),
    doc: 'Password of SCHEMA_REGISTRY_USERNAME.',
    secret: true,
  },
} as const satisfies Readonly<Record<string, Setting<unknown>>>;
