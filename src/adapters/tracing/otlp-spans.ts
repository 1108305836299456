import { ROOT_CONTEXT, SpanKind, SpanStatusCode, trace } from '@opentelemetry/api';
import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-http';
import { resourceFromAttributes } from '@opentelemetry/resources';
import { RandomIdGenerator, TracerProvider } from '@opentelemetry/sdk-trace';
import {
  type SpanAttributes,
  spanAttributes,
  type SpanDropReason,
  type Tracer,
} from '../../application/ports/tracer.ts';
import { type BeginSpan, createContextTracer, passOn } from './context-tracer.ts';
import { createSpanQueue } from './span-queue.ts';
import { isRecorded, readTraceparent, writeTraceparent } from './traceparent.ts';

/** How long one batch may take, its repeats included. It delays no span: the queue fills meanwhile. */
const sendMsMax = 10_000;
/** How long the last spans may take to be sent before the process ends without them. */
const closeMsMax = 2_000;

const kinds = {
  server: SpanKind.SERVER,
  consumer: SpanKind.CONSUMER,
  producer: SpanKind.PRODUCER,
  client: SpanKind.CLIENT,
  internal: SpanKind.INTERNAL,
} as const;

/** The compiler holds the list; this holds it for a value that was spread from elsewhere. */
const allowed = (given: SpanAttributes): SpanAttributes =>
  Object.fromEntries(spanAttributes.flatMap((name) => (given[name] === undefined ? [] : [[name, given[name]]])));

/** The beginning of a trace that is not recorded: the processes that continue it do not record it either. */
const unrecorded = (ids: RandomIdGenerator): string =>
  writeTraceparent({ traceId: ids.generateTraceId(), spanId: ids.generateSpanId(), traceFlags: 0 });

export type OtlpTracer = { readonly tracer: Tracer; readonly close: () => Promise<unknown> };

/** Sends spans to a collector that speaks OTLP over HTTP. A collector that is unavailable neither delays nor fails anything. */
export function createOtlpTracer(options: {
  /** As OpenTelemetry names it: without the path of the traces. */
  readonly endpoint: string;
  /** The share of the traces that begin here and are recorded; a trace that came from elsewhere keeps its flag. */
  readonly ratio: number;
  readonly process: string;
  readonly release: string;
  readonly environment: string;
  readonly dropped: (reason: SpanDropReason, count: number) => void;
}): OtlpTracer {
  const { endpoint, ratio, release, environment, dropped } = options;
  const exporter = new OTLPTraceExporter({ url: `${endpoint}/v1/traces`, timeoutMillis: sendMsMax });
  const provider = new TracerProvider({
    spanProcessors: [createSpanQueue(exporter, dropped)],
    resource: resourceFromAttributes({
      'service.namespace': 'cinema-billing',
      'service.name': `billing-${options.process}`,
      'service.version': release,
      'deployment.environment.name': environment,
    }),
  });
  const ids = new RandomIdGenerator();
  const spans = provider.getTracer('cinema-billing', release);
  const begin: BeginSpan = (about) => {
    const { name, kind, parent, link = null, attributes } = about;
    // The library makes a span of what it does not record as well; nine tenths of the work would be for nothing.
    if (parent === null && Math.random() >= ratio) return { traceparent: unrecorded(ids), end: () => undefined };
    if (parent !== null && !isRecorded(parent.place)) return passOn(about);
    const linked = readTraceparent(link);
    const span = spans.startSpan(
      name,
      {
        kind: kinds[kind],
        attributes: allowed(attributes),
        root: parent === null,
        links: linked === null ? [] : [{ context: { ...linked, isRemote: true } }],
      },
      parent === null ? ROOT_CONTEXT : trace.setSpanContext(ROOT_CONTEXT, { ...parent.place, isRemote: true }),
    );
    return {
      traceparent: writeTraceparent(span.spanContext()),
      end: (how) => {
        if (how.name !== undefined) span.updateName(how.name);
        span.setAttributes(allowed(how.attributes ?? {}));
        if (how.failed === true) span.setStatus({ code: SpanStatusCode.ERROR });
        span.end();
      },
    };
  };
  const late = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, closeMsMax).unref());
  return {
    tracer: createContextTracer(begin),
    // What could not be sent is counted; an unavailable collector is no failure of ours.
    close: () => Promise.race([provider.shutdown().catch(() => undefined), late()]),
  };
}
