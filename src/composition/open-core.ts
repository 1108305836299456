import { createCipher } from '../adapters/system/cipher.ts';
import { systemClock } from '../adapters/system/clock.ts';
import { randomId, systemIds } from '../adapters/system/ids.ts';
import type { CoreServices } from '../application/core-services.ts';
import { handleDuplicate } from '../application/handle-duplicate.ts';
import { createRelay } from '../application/relay.ts';
import { defaultPolicy } from '../domain/model/policy.ts';
import { createMessageFactory } from '../messages/message-factory.ts';
import { type Kafka, openKafka } from './open-kafka.ts';
import { type DuplicateAlarm, type Mongo, openMongo } from './open-mongo.ts';
import { openProvider } from './open-provider.ts';
import type { Check } from './missing-of.ts';
import { testClocksOf } from './test-clocks.ts';
import type { ProcessContext } from './run-process.ts';

/** A worker sits an election or a restart of the database out. */
const workerSelectionMs = 30_000;

export type Core = {
  readonly services: CoreServices;
  readonly kafka: Kafka;
  readonly mongo: Mongo;
  readonly needs: Readonly<Record<'mongodb' | 'kafka', Check>>;
  /** Work waits for the provider, and none is lost while it is away. */
  readonly informs: Readonly<Record<'provider', Check>>;
};

/** All that the consumers and the jobs decide, save, publish and pay with. */
export async function openCore(context: ProcessContext): Promise<Core> {
  const { config, log } = context;
  // The read models are opened before the services exist that mend what the alarm reports.
  const alarm = Promise.withResolvers<DuplicateAlarm>();
  const onDuplicate: DuplicateAlarm = async (userId, payment) => (await alarm.promise)(userId, payment);
  const [mongo, kafka] = await Promise.all([openMongo(context, workerSelectionMs, onDuplicate), openKafka(context)]);
  const relay = createRelay({ store: mongo.store, readModels: mongo.readModels, publisher: kafka.producer, log });
  // Opened after what its calls are saved and published with, and so closed before it.
  const { provider, background, answers } = openProvider(context);
  const services: CoreServices = {
    clock: systemClock,
    log,
    policy: { ...defaultPolicy, timeZone: config.BUSINESS_TIME_ZONE },
    ids: systemIds,
    cipher: createCipher(config.ENCRYPTION_KEY),
    store: mongo.store,
    past: mongo.decisions,
    blockedKeys: mongo.blockedKeys,
    catalogue: mongo.catalogue,
    provider,
    shop: { accountId: config.YOOKASSA_SHOP_ID, test: config.BILLING_ENV !== 'production' },
    publisher: kafka.producer,
    messageFactory: createMessageFactory(),
    relay,
    testClocks: testClocksOf(config, mongo.testClocks),
    randomId,
    background,
  };
  alarm.resolve((userId, payment) => handleDuplicate(services, userId, payment));
  return {
    services,
    kafka,
    mongo,
    needs: { mongodb: mongo.answers, kafka: kafka.answers },
    informs: { provider: answers },
  };
}
