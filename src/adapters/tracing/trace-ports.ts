import type { ConsumerDeclaration } from '../../application/ports/consumer.ts';
import type { JobDeclaration } from '../../application/ports/job.ts';
import type { ProviderOperation } from '../../application/ports/meter.ts';
import type { MessagePublisher, OutMessage, Relay } from '../../application/ports/outbox.ts';
import type { PaymentProvider } from '../../application/ports/payment-provider.ts';
import type { ProviderList } from '../../application/ports/provider-list.ts';
import type { SubscriberStore } from '../../application/ports/subscriber-store.ts';
import type { Tracer } from '../../application/ports/tracer.ts';
import { inSpan } from '../../application/services/in-span.ts';
import { topicNames } from '../../messages/topics.ts';

/**
 * A delivery continues the trace of what was published. A timer begins one: what fell due together has nothing else in common,
 * and a link leads to the job that found it.
 */
export const traceConsumer = <Services>(
  declaration: ConsumerDeclaration<Services>,
  tracer: Tracer,
): ConsumerDeclaration<Services> => ({
  ...declaration,
  handle: (services, delivery) => {
    const { topic, partition, offset, headers, trace, type } = delivery;
    const came = headers['traceparent'] ?? null;
    const isTimer = topic === topicNames.timers;
    const attributes = {
      'messaging.system': 'kafka',
      'messaging.destination.name': topic,
      'messaging.destination.partition.id': String(partition),
      'messaging.kafka.offset': Number(offset),
      'messaging.consumer.group.name': declaration.group,
      'cloudevents.event_type': type,
      'billing.correlation_id': trace.correlationId,
    };
    return inSpan(
      tracer,
      {
        name: `process ${type}`,
        kind: 'consumer',
        ...(isTimer ? { parent: null, link: came } : { parent: came }),
        attributes,
      },
      () => declaration.handle(services, delivery),
      ({ kind }) => ({ 'billing.outcome': kind }),
    );
  },
});

/** A run begins a trace: nothing but the time has caused it. */
export const traceJob = <Services>(job: JobDeclaration<Services>, tracer: Tracer): JobDeclaration<Services> => ({
  ...job,
  run: (services) =>
    inSpan(tracer, { name: `run ${job.name}`, kind: 'internal', parent: null, attributes: {} }, () =>
      job.run(services),
    ),
});

export const traceStore = (store: SubscriberStore, tracer: Tracer): SubscriberStore => ({
  ...store,
  save: (save) =>
    inSpan(
      tracer,
      { name: 'save subscriber', kind: 'client', parent: 'running', attributes: { 'db.system.name': 'mongodb' } },
      () => store.save(save),
      (outcome) => ({ 'billing.outcome': outcome }),
    ),
});

type Provider = { readonly provider: PaymentProvider; readonly providerList: ProviderList };

/** Our context is not sent along: the provider is no part of the tree, and its answers come by other ways. */
export function traceProvider({ provider, providerList }: Provider, tracer: Tracer): Provider {
  const traced = <Result extends { readonly kind: string }>(
    operation: ProviderOperation,
    call: () => Promise<Result>,
  ) =>
    inSpan(
      tracer,
      {
        name: `provider ${operation}`,
        kind: 'client',
        parent: 'running',
        attributes: { 'billing.pay_system': providerList.paySystem },
      },
      call,
      ({ kind }) => ({ 'billing.outcome': kind }),
    );
  return {
    provider: {
      ...provider,
      send: (...args) => traced('send', () => provider.send(...args)),
      read: (...args) => traced('read', () => provider.read(...args)),
      search: (...args) => traced('search', () => provider.search(...args)),
    },
    providerList: { ...providerList, page: (...args) => traced('list', () => providerList.page(...args)) },
  };
}

/** The messages of one call by topic and by what has caused them. */
const batchesOf = (messages: readonly OutMessage[]): Iterable<readonly OutMessage[]> =>
  Map.groupBy(messages, ({ topic, headers }) => `${topic} ${headers['traceparent'] ?? ''}`).values();

/**
 * A publish belongs to what has caused its messages, which they carry: the relay sends those of many users at once, and the
 * sweep those of a process that has died.
 */
export const tracePublisher = (publisher: MessagePublisher, tracer: Tracer): MessagePublisher => ({
  publish: async (messages, deadlineMs) => {
    const spans = [...batchesOf(messages)].map((batch) =>
      tracer.start({
        name: `publish ${batch[0]?.topic ?? ''}`,
        kind: 'producer',
        parent: batch[0]?.headers['traceparent'] ?? null,
        attributes: {
          'messaging.system': 'kafka',
          'messaging.destination.name': batch[0]?.topic ?? '',
          'messaging.batch.message_count': batch.length,
        },
      }),
    );
    let failed = true;
    try {
      await publisher.publish(messages, deadlineMs);
      failed = false;
    } finally {
      for (const span of spans) span.end({ failed });
    }
  },
});

/** A round serves many users, and must not run in the span of the one who has started it. */
export const relayOutside = (relay: Relay, tracer: Tracer): Relay => ({
  ...relay,
  publish: (userId, entries) => tracer.outside(() => relay.publish(userId, entries)),
});
