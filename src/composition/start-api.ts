import { createHttpApp } from '../adapters/http/server/create-http-app.ts';
import type { HttpOptions, HttpServices, RateLimit } from '../adapters/http/contract/http-services.ts';
import { startHttpServer } from '../adapters/http/server/start-http-server.ts';
import { createSealedRecords } from '../adapters/kafka/admin/sealed-records.ts';
import { createCipher } from '../adapters/system/cipher.ts';
import { systemClock } from '../adapters/system/clock.ts';
import { hashText, systemIds } from '../adapters/system/ids.ts';
import type { Config } from '../config.ts';
import { createMessageFactory } from '../messages/message-factory.ts';
import { createDevelopmentEvents } from './development-events.ts';
import { isDevelopment } from './is-development.ts';
import { openKafka } from './open-kafka.ts';
import { openMetrics } from './open-metrics.ts';
import { openMongo } from './open-mongo.ts';
import { openShop } from './open-shop.ts';
import { openTracer } from './open-tracer.ts';
import { policyOf } from './policy-of.ts';
import { testClocksOf } from './test-clocks.ts';
import { type ProcessContext, runProcess } from './run-process.ts';
import { shareCounts } from './share-counts.ts';
import { startHealth } from './start-health.ts';
import { tokenTrustOf } from './token-trust.ts';

/** Short, because people wait: then the API reports that the database does not answer. */
const apiSelectionMs = 2_000;
/** How long a command may wait for Kafka's acknowledgement before the client gets 503. */
const publishDeadlineMs = 5_000;
/** A busy balancer uses each of its connections several times in this. Together with the pause before the end: 7 s. */
const farewellMs = 2_000;

/** Two seconds' worth at once, and then evenly. */
function rateLimitOf(perMinute: number): RateLimit {
  const perSecond = Math.max(1, Math.ceil(perMinute / 60));
  return { perSecond, burst: perSecond * 2 };
}

function httpOptions(config: Config): HttpOptions {
  const person = rateLimitOf(config.RATE_LIMIT_PER_MINUTE);
  return {
    tokenTrust: tokenTrustOf(config),
    // Derived, so that every API process has the same one and no further secret has to be deployed.
    commandTokenSecrets: config.ENCRYPTION_KEY.map((key) => hashText(`command tokens of ${key}`)),
    notificationSecrets: config.YOOKASSA_NOTIFICATION_SECRET,
    notificationAddresses: config.YOOKASSA_NOTIFICATION_ADDRESSES,
    trustedHops: config.TRUSTED_PROXY_HOPS,
    returnUrl: config.YOOKASSA_RETURN_URL,
    returnUrlOrigins: config.RETURN_URL_ORIGINS,
    corsOrigins: config.CORS_ORIGINS.includes('*') ? 'any' : config.CORS_ORIGINS,
    rateLimits: {
      ...{ perUser: person, perAddress: person },
      perService: rateLimitOf(config.RATE_LIMIT_SERVICE_PER_MINUTE),
    },
    publishDeadlineMs,
  };
}

async function start(context: ProcessContext): Promise<void> {
  const { config, log, closers } = context;
  const metrics = openMetrics('api');
  // Opened first, and so closed last: the spans of what ends with the process are sent, too.
  const tracer = await openTracer(context, 'api', metrics);
  const [mongo, kafka] = await Promise.all([openMongo(context, apiSelectionMs), openKafka(context, tracer)]);
  const shop = await openShop(context, mongo.providerBudget);
  const stopping = new AbortController();
  const cipher = createCipher(config.ENCRYPTION_KEY);
  const services: HttpServices = {
    clock: systemClock,
    log,
    policy: policyOf(config),
    ids: systemIds,
    epoch: () => mongo.restored,
    cipher,
    catalogue: mongo.catalogue,
    shop: shop.known,
    store: mongo.store,
    past: mongo.decisions,
    history: mongo.history,
    subscriptionHistory: mongo.subscriptionHistory,
    audit: mongo.audit,
    workList: mongo.workList,
    blockedKeys: mongo.blockedKeys,
    deadLetters: mongo.deadLetters,
    records: createSealedRecords({
      cipher,
      decoder: kafka.registry,
      republish: kafka.republish,
    }),
    publisher: kafka.producer,
    messageFactory: createMessageFactory(tracer.running),
    testClocks: testClocksOf(config, mongo.testClocks),
    development: isDevelopment(config) ? { events: createDevelopmentEvents(context) } : null,
    counts: shareCounts(mongo.sharedCounts, closers),
    observe: metrics.observeRequest,
    tracer,
    stopping: stopping.signal,
  };
  await startHealth(context, metrics, {
    needs: { mongodb: mongo.answers, kafka: kafka.answers },
    isAlive: () => true,
  });
  const app = createHttpApp(services, httpOptions(config));
  const onError = (cause: Error): void => log.warn('a connection could not be taken', {}, cause);
  const { PROJECT_HOST: host, PROJECT_PORT: port } = config;
  const isBehindProxy = config.TRUSTED_PROXY_HOPS > 0;
  const server = await startHttpServer({ app, host, port, isBehindProxy, onError, farewellMs });
  closers.add('http', () => {
    stopping.abort();
    return server.close();
  });
}

/** Runs an API process. Its port opens last, so that an API that answers can sell. */
export const startApi = (): Promise<void> => runProcess('api', { METRICS_PORT: '9464' }, start);
