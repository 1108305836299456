import { createCipher, userCiphers } from '../adapters/system/cipher.ts';
import { meterProvider } from '../adapters/metrics/meter-provider.ts';
import { systemClock } from '../adapters/system/clock.ts';
import { randomId, systemIds } from '../adapters/system/ids.ts';
import type { Meter } from '../application/ports/meter.ts';
import type { CoreServices } from '../application/services/core-services.ts';
import { handleDuplicate } from '../application/operations/handle-duplicate.ts';
import { createRelay } from '../application/outbox/relay.ts';
import { relayOutside, traceProvider, traceStore } from '../adapters/tracing/trace-ports.ts';
import type { Tracer } from '../application/ports/tracer.ts';
import { createMessageFactory } from '../messages/message-factory.ts';
import { expectedShop } from './check-shop.ts';
import { type Kafka, openKafka } from './open-kafka.ts';
import { type DuplicateAlarm, type Mongo, openMongo, type Restoring } from './open-mongo.ts';
import { openProvider } from './open-provider.ts';
import type { Check } from './missing-of.ts';
import { policyOf } from './policy-of.ts';
import { testClocksOf } from './test-clocks.ts';
import type { ProcessContext } from './run-process.ts';

/** A worker waits for the end of an election or a restart of the database. */
const workerSelectionMs = 30_000;

export type Core = {
  readonly services: CoreServices;
  readonly kafka: Kafka;
  readonly mongo: Mongo;
  /** Which member of the provider's budget this process is. */
  readonly shareId: string;
  readonly needs: Readonly<Record<'mongodb' | 'kafka', Check>>;
  /** Reported and not needed: work waits for the provider, and none is lost while it is unavailable. */
  readonly informs: Readonly<Record<'provider', Check>>;
};

/** The services with which consumers and jobs decide, save, publish and pay. */
export async function openCore(context: ProcessContext & Restoring, meter: Meter, tracer: Tracer): Promise<Core> {
  const { config, log } = context;
  // The read models are opened before the services that handle their alarm exist.
  const alarm = Promise.withResolvers<DuplicateAlarm>();
  const onDuplicate: DuplicateAlarm = async (userId, payment) => (await alarm.promise)(userId, payment);
  const [mongo, kafka] = await Promise.all([
    openMongo(context, workerSelectionMs, onDuplicate),
    openKafka(context, tracer),
  ]);
  const store = traceStore(mongo.store, tracer);
  const relay = createRelay({
    store,
    readModels: mongo.readModels,
    publisher: kafka.producer,
    ...{ log, clock: systemClock },
  });
  // Opened after the store and the producer, and so closed before them: the results of its calls are saved and published.
  const shareId = randomId();
  const { background, answers, ...unmeasured } = await openProvider(context, {
    ...{ budget: mongo.providerBudget, id: shareId },
    rests: true,
  });
  const { provider, providerList } = traceProvider(meterProvider(unmeasured, { meter, clock: systemClock }), tracer);
  const services: CoreServices = {
    clock: systemClock,
    log,
    meter,
    policy: policyOf(config),
    ids: systemIds,
    epoch: () => mongo.restored,
    cipher: createCipher(config.ENCRYPTION_KEY),
    userCiphers,
    store,
    past: mongo.decisions,
    books: mongo.books,
    walks: mongo.walks,
    blockedKeys: mongo.blockedKeys,
    deadLetters: mongo.deadLetters,
    noticeReports: mongo.noticeReports,
    catalogue: mongo.catalogue,
    provider,
    providerList,
    shop: expectedShop(config),
    publisher: kafka.producer,
    messageFactory: createMessageFactory(tracer.running),
    relay: relayOutside(relay, tracer),
    testClocks: testClocksOf(config, mongo.testClocks),
    randomId,
    background,
  };
  alarm.resolve((userId, payment) => handleDuplicate(services, userId, payment));
  return {
    services,
    kafka,
    mongo,
    shareId,
    needs: { mongodb: mongo.answers, kafka: kafka.answers },
    informs: { provider: answers },
  };
}
