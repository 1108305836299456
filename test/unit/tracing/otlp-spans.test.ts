import { afterEach, expect, test } from '@jest/globals';
import { createOtlpTracer } from '../../../src/adapters/tracing/otlp-spans.ts';
import { type SpanAttributes, spanAttributes, type Tracer } from '../../../src/application/ports/tracer.ts';
import { inSpan } from '../../../src/application/services/in-span.ts';
import { eventually } from '../../../tools/client/eventually.ts';
import { startOtlpReceiver } from '../../support/otlp-receiver.ts';

const closing: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0)) await close();
});

async function tracerTo({ ratio = 1, answers = true } = {}) {
  const receiver = await startOtlpReceiver({ answers });
  closing.push(receiver.close);
  const dropped = { queue_full: 0, not_sent: 0 };
  const { tracer, close } = createOtlpTracer({
    ...{ endpoint: receiver.endpoint, ratio, process: 'api', release: '1.0.0', environment: 'test' },
    dropped: (reason, count) => (dropped[reason] += count),
  });
  return { receiver, tracer, close, dropped };
}

const about = { name: 'one', kind: 'internal', parent: null, attributes: {} } as const;
const sampled = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01';
const unsampled = sampled.replace(/1$/, '0');

function spansOf(tracer: Tracer, count: number): void {
  for (let index = 0; index < count; index += 1) tracer.start(about).end({});
}

test('spans inside one another arrive as one tree, below the caller', async () => {
  const { receiver, tracer, close } = await tracerTo({ ratio: 0 });
  await inSpan(tracer, { ...about, name: 'outer', kind: 'server', parent: sampled }, async () => {
    await Promise.resolve();
    await inSpan(tracer, { ...about, name: 'save', parent: 'running' }, () => Promise.resolve());
  });
  await close();
  const [save, outer] = receiver.spans();
  expect(outer).toMatchObject({ name: 'outer', parentSpanId: 'b7ad6b7169203331', service: 'billing-api' });
  expect(save).toMatchObject({ name: 'save', traceId: outer?.traceId, parentSpanId: outer?.spanId });
  expect(outer?.traceId).toBe('0af7651916cd43dd8448eb211c80319c');
});

test.each([
  ['a caller has recorded', sampled, 0, '01'],
  ['a caller has not recorded', unsampled, 1, '00'],
  ['it began here and is chosen', null, 1, '01'],
  ['it began here and is not chosen', null, 0, '00'],
  ['the header is damaged', `${sampled}-more`, 1, '01'],
])('the flag that goes on says whether it was recorded: %s', async (_case, parent, ratio, flag) => {
  const { receiver, tracer, close } = await tracerTo({ ratio });
  const span = tracer.start({ ...about, parent });
  expect(span.within(tracer.running)).toMatch(new RegExp(`^00-[0-9a-f]{32}-[0-9a-f]{16}-${flag}$`));
  span.end({});
  await close();
  expect(receiver.spans()).toHaveLength(Number(flag));
});

test('of what begins here the chosen share is recorded, and what follows from the rest is not', async () => {
  const { tracer, close } = await tracerTo({ ratio: 0.1 });
  const begun = Array.from({ length: 2_000 }, () => {
    const span = tracer.start(about);
    const [first, next] = [
      span.within(tracer.running),
      span.within(() => tracer.start({ ...about, parent: 'running' }).within(tracer.running)),
    ];
    expect(next?.slice(-2)).toBe(first?.slice(-2));
    return first;
  });
  const recorded = begun.filter((header) => header?.endsWith('-01') === true).length;
  // Seven standard deviations on each side.
  expect(recorded).toBeGreaterThan(105);
  expect(recorded).toBeLessThan(295);
  expect(new Set(begun).size).toBe(begun.length);
  await close();
});

test('what serves many traces runs in none', async () => {
  const { tracer, close } = await tracerTo();
  expect(tracer.start(about).within(() => tracer.outside(tracer.running))).toBeNull();
  await close();
});

test('an error is sent by its class, without what it says', async () => {
  const { receiver, tracer, close } = await tracerTo();
  const failing = () => Promise.reject(new TypeError('the card 4111111111111111'));
  await expect(inSpan(tracer, about, failing)).rejects.toThrow(TypeError);
  await close();
  expect(receiver.spans()[0]).toMatchObject({ status: { code: 2 }, attributes: { 'error.type': 'TypeError' } });
  expect(receiver.bodies.join()).not.toContain('4111111111111111');
});

test('an attribute that is not in the list is not sent', async () => {
  const { receiver, tracer, close } = await tracerTo();
  const leaking = { 'http.request.header.authorization': 'Bearer secret', 'http.route': '/x' } as SpanAttributes;
  tracer.start({ ...about, attributes: leaking }).end({ attributes: leaking });
  await close();
  expect(receiver.spans()[0]?.attributes).toEqual({ 'http.route': '/x' });
  expect(receiver.bodies.join()).not.toContain('secret');
});

test('no attribute has a name under which an address, a header, a body, a person or a card is kept', () => {
  const telling =
    /url|path|query|header|body|message\.id|user|client|card|method_id|token|key|email|phone|statement|exception/;
  expect(spanAttributes.filter((name) => telling.test(name))).toEqual([]);
});

test('a collector that never answers delays no span, and what has no room is counted', async () => {
  const { receiver, tracer, close, dropped } = await tracerTo({ answers: false });
  const startedMs = performance.now();
  spansOf(tracer, 5_000);
  expect(dropped.queue_full).toBeGreaterThanOrEqual(5_000 - 2_048 - 512);
  // A span costs some 10 µs; waiting for the collector, each would cost its 10 s.
  expect(performance.now() - startedMs).toBeLessThan(5_000);
  const closingMs = performance.now();
  await close();
  expect(performance.now() - closingMs).toBeLessThan(5_000);
  expect(receiver.spans().length + dropped.queue_full).toBeLessThanOrEqual(5_000);
});

test('an unavailable collector fails nothing, and each lost span is counted', async () => {
  const { receiver, tracer, close, dropped } = await tracerTo();
  await receiver.close();
  closing.splice(0);
  spansOf(tracer, 3);
  // The library repeats a send for some seconds.
  const lost = await eventually(
    () => Promise.resolve({ ...dropped }),
    ({ not_sent }) => not_sent > 0,
    { patienceMs: 25_000 },
  );
  expect(lost).toEqual({ queue_full: 0, not_sent: 3 });
  await close();
});
