import { createAgendaIndexes } from '../adapters/agenda/agenda-store.ts';
import { checkForeignTopics } from '../adapters/kafka/admin/foreign-topics.ts';
import { createTopics } from '../adapters/kafka/admin/topics.ts';
import { registerSchemas } from '../adapters/kafka/registry/register-schemas.ts';
import { connectMongo } from '../adapters/mongo/connection.ts';
import { markEncryptionKeys } from '../adapters/mongo/encryption-key-mark.ts';
import { createIndexes } from '../adapters/mongo/indexes.ts';
import { assertReplicaMembers } from '../adapters/mongo/replica-members.ts';
import { seedCatalogue } from '../adapters/mongo/seeds.ts';
import { markTimeZone } from '../adapters/mongo/time-zone-mark.ts';
import { Fault } from '../application/ports/faults.ts';
import { minuteMs } from '../domain/model/instant.ts';
import { registeredSchemas } from '../messages/registered-schemas.ts';
import { topics } from '../messages/topics.ts';
import { isDevelopment } from './is-development.ts';
import { kafkaClientOf, registryAddressOf } from './open-kafka.ts';
import { encryptionKeyDigests } from './encryption-key-digest.ts';
import { foreignTopics } from './kafka-rights.ts';
import { type ProcessContext, runProcess } from './run-process.ts';

/** As long as the manifests let the whole step run: a shorter one would end it before its Job does. */
export const indexBuildMs = 60 * minuteMs;
/** A deploy waits for a database that starts or elects a primary. */
const selectionMs = 30_000;
/** What Kafka and the registry need in production to keep their own topics when a disk is lost. */
const foreignReplicas = 3;

/**
 * Fewer copies of these lose no acknowledged order: groups without offsets read again from the oldest record, and the deploy step
 * registers the schemas again. So the deploy goes on with a warning.
 */
async function reportForeignTopics(context: ProcessContext): Promise<void> {
  const { lacking, unseen } = await checkForeignTopics(kafkaClientOf(context), foreignTopics, foreignReplicas);
  for (const detail of lacking) context.log.warn('a topic of Kafka or the registry has too few copies', { detail });
  for (const topic of unseen) {
    const detail = `${topic} does not exist, or this user may not describe it`;
    context.log.info('the copies of a topic are not known', { detail });
  }
}

async function prepareKafka(context: ProcessContext): Promise<void> {
  const { TOPIC_PARTITIONS: partitions, KAFKA_REPLICAS: replicas } = context.config;
  const { created, drift } = await createTopics(
    kafkaClientOf(context),
    topics.map((topic) => ({ ...topic, partitions })),
    replicas,
  );
  context.log.info('topics are in place', { created: created.length, drift: drift.length });
  for (const difference of drift) context.log.warn('topic differs from the contract', { detail: difference });
  if (context.config.BILLING_ENV === 'production') await reportForeignTopics(context);
}

async function prepareRegistry({ config, log }: ProcessContext): Promise<void> {
  const registered = await registerSchemas(registryAddressOf(config), registeredSchemas);
  log.info('schemas are in place', { created: registered.length });
}

/** The part of the deploy step that prepares the database. */
export async function prepareMongo({ config, log }: Pick<ProcessContext, 'config' | 'log'>): Promise<void> {
  const connection = await connectMongo({
    url: config.MONGODB_URL,
    serverSelectionTimeoutMs: selectionMs,
    // An index of a large collection takes long, and meanwhile the server says nothing. The deploy itself bounds this step.
    socketTimeoutMs: indexBuildMs,
  });
  try {
    // Before anything is written: what a set of one member acknowledges is on one disk.
    if (config.BILLING_ENV === 'production') {
      const { members } = await assertReplicaMembers(connection.db);
      if (members === null)
        log.info('the members of the database are not known: a router of a sharded cluster answers');
    }
    await createIndexes(connection.models);
    await markEncryptionKeys(connection.models, encryptionKeyDigests(config));
    await markTimeZone(connection.models, config.BUSINESS_TIME_ZONE);
    await seedCatalogue(connection.models, { withTariffs: isDevelopment(config) });
  } finally {
    await connection.close();
  }
  await createAgendaIndexes(config.MONGODB_URL);
  log.info('collections, indexes and tariffs are in place');
}

/** The deploy step, safe to repeat: creates everything that the services expect. It refuses what would break readers. */
export const runMigration = (): Promise<void> =>
  runProcess('migrate', {}, async (context) => {
    const steps = await Promise.allSettled([prepareKafka(context), prepareRegistry(context), prepareMongo(context)]);
    const failed = steps.flatMap((step) => (step.status === 'rejected' ? [step.reason as unknown] : []));
    if (failed.length > 0) {
      const message = failed.map((reason) => (reason instanceof Error ? reason.message : String(reason))).join('\n');
      throw new Fault('migration_failed', message, { retryable: false, cause: failed[0] });
    }
    return 'done';
  });
