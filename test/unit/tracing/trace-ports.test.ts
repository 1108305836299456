import { expect, test } from '@jest/globals';
import { createContextTracer, passOn } from '../../../src/adapters/tracing/context-tracer.ts';
import {
  relayOutside,
  traceConsumer,
  traceJob,
  tracePublisher,
  traceProvider,
  traceStore,
} from '../../../src/adapters/tracing/trace-ports.ts';
import type { Delivery } from '../../../src/application/ports/consumer.ts';
import type { OutMessage } from '../../../src/application/ports/outbox.ts';
import type { SpanAbout, SpanEnd } from '../../../src/application/ports/tracer.ts';
import { createMessageFactory } from '../../../src/messages/message-factory.ts';
import { createTestSystem } from '../../support/test-system.ts';

const caller = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01';
const other = '00-11111111111111111111111111111111-2222222222222222-01';

/** Each span gets the next number as its id. */
function recordingTracer() {
  const spans: { readonly about: SpanAbout; readonly place: string; end?: SpanEnd }[] = [];
  const tracer = createContextTracer((about) => {
    const traceId = about.parent?.place.traceId ?? 'f'.repeat(32);
    const place = `00-${traceId}-${String(spans.length + 1).padStart(16, '0')}-01`;
    const span: (typeof spans)[number] = { about: { ...about, parent: about.parent?.header ?? null }, place };
    spans.push(span);
    return { traceparent: place, end: (how) => (span.end = how) };
  });
  return { spans, tracer };
}

const delivery = (topic: string, type: string): Delivery => ({
  ...{
    topic,
    type,
    partition: 3,
    offset: '42',
    key: 'user',
    value: {},
    headers: { traceparent: caller },
    recordedAt: 0,
  },
  trace: { correlationId: 'c', causationId: null },
});

const declaration = {
  ...{ name: 'commands', topic: 'billing.commands.v1', group: 'billing-commands', lanes: 1 },
  whenBlocked: 'queue',
} as const;

test('a delivery continues its message, and what it saves and asks is below it', async () => {
  const { spans, tracer } = recordingTracer();
  const { provider: fake, services } = createTestSystem();
  const { provider } = traceProvider({ provider: fake, providerList: fake.list }, tracer);
  const store = traceStore({ ...services.store, save: () => Promise.resolve('conflict') }, tracer);
  const consumer = traceConsumer(
    {
      ...declaration,
      handle: async () => {
        await store.save({} as never);
        await provider.read('payment', 'none', 'c');
        return { kind: 'handled' } as const;
      },
    },
    tracer,
  );
  await consumer.handle({}, delivery('billing.commands.v1', 'subscription.pay'));
  const [handled, saved, asked] = spans;
  expect(handled?.about).toMatchObject({ name: 'process subscription.pay', kind: 'consumer', parent: caller });
  expect(saved).toMatchObject({
    about: { name: 'save subscriber', parent: handled?.place },
    end: { attributes: { 'billing.outcome': 'conflict' } },
  });
  expect(asked).toMatchObject({
    about: { name: 'provider read', parent: handled?.place },
    end: { attributes: { 'billing.outcome': 'absent' } },
  });
});

test('a timer begins a trace, with a link to the job that announced it', async () => {
  const { spans, tracer } = recordingTracer();
  const consumer = traceConsumer({ ...declaration, handle: () => Promise.resolve({ kind: 'handled' }) }, tracer);
  await consumer.handle({}, delivery('billing.timers.v1', 'subscription.renewal_due'));
  expect(spans[0]?.about).toMatchObject({ parent: null, link: caller });
});

test('a job begins a trace, and its messages carry it', async () => {
  const { spans, tracer } = recordingTracer();
  const { hint } = createMessageFactory(tracer.running);
  const notified = { provider: 'yookassa', objectType: 'payment', objectId: 'p' } as const;
  const messages: OutMessage[] = [];
  const run = () => {
    messages.push(hint(notified, { at: 0, trace: { correlationId: 'c', causationId: null } }));
    return Promise.resolve({});
  };
  await traceJob({ name: 'announce', everyMs: 1, why: '', run }, tracer).run({});
  expect(spans[0]?.about).toMatchObject({ name: 'run announce', parent: null });
  expect(messages[0]?.headers['traceparent']).toBe(spans[0]?.place);
});

test('a publish belongs to what its messages carry, not to who sends them', async () => {
  const { spans, tracer } = recordingTracer();
  const message = (topic: string, traceparent: string): OutMessage => ({
    ...{ topic, key: 'k', schema: 's', value: {} },
    headers: { traceparent },
  });
  const sent: number[] = [];
  const publisher = tracePublisher({ publish: (messages) => Promise.resolve(void sent.push(messages.length)) }, tracer);
  await publisher.publish([message('a', caller), message('a', caller), message('a', other), message('b', other)], 1);
  expect(sent).toEqual([4]);
  expect(spans.map(({ about }) => [about.name, about.parent])).toEqual([
    ['publish a', caller],
    ['publish a', other],
    ['publish b', other],
  ]);
  const failing = tracePublisher({ publish: () => Promise.reject(new Error('unavailable')) }, tracer);
  await expect(failing.publish([message('a', caller)], 1)).rejects.toThrow('unavailable');
  expect(spans.at(-1)?.end).toEqual({ failed: true });
});

test('a round of the relay runs in no span', async () => {
  const { tracer } = recordingTracer();
  const seen: (string | null)[] = [];
  const relay = relayOutside(
    {
      publish: () => {
        seen.push(tracer.running());
        return Promise.resolve(true);
      },
      paused: () => [],
      sweptTo: () => null,
      noteSweep: () => undefined,
      idle: () => Promise.resolve(),
    },
    tracer,
  );
  const span = tracer.start({ name: 'one', kind: 'internal', parent: caller, attributes: {} });
  await span.within(() => relay.publish('user', []));
  expect(seen).toEqual([null]);
});

test('where nothing is recorded, the trace of the caller goes on to neighbours as it came', async () => {
  const tracer = createContextTracer(passOn);
  const seen: (string | null)[] = [];
  const handle = () => {
    seen.push(tracer.running());
    return Promise.resolve({ kind: 'handled' } as const);
  };
  const consumer = traceConsumer({ ...declaration, handle }, tracer);
  await consumer.handle({}, delivery('billing.commands.v1', 'subscription.pay'));
  expect(seen).toEqual([caller]);
});
