import packageJson from '../../package.json' with { type: 'json' };
import type { ProcessMetrics } from '../adapters/metrics/process-metrics.ts';
import { createContextTracer, passOn } from '../adapters/tracing/context-tracer.ts';
import { recordedTraceId } from '../adapters/tracing/traceparent.ts';
import { spanDropReasons, type Tracer } from '../application/ports/tracer.ts';
import type { ProcessContext } from './run-process.ts';

/** Counted where it can be asked for, because the library says nothing of what it drops. */
export const countDroppedSpans = (metrics: ProcessMetrics) =>
  metrics.counter({
    name: 'billing_spans_dropped_total',
    help: 'Spans of traces that never reached the collector, by reason',
    labels: { reason: spanDropReasons },
  });

/** Without an endpoint OpenTelemetry is not loaded: it would take 20 MiB and a fifth of a second of every process. */
export async function openTracer(
  { config, closers, nameTraces }: Pick<ProcessContext, 'config' | 'closers' | 'nameTraces'>,
  process: 'api' | 'consumers' | 'jobs',
  metrics: ProcessMetrics,
): Promise<Tracer> {
  const { OTEL_EXPORTER_OTLP_ENDPOINT: endpoint, OTEL_TRACES_SAMPLER_ARG: ratio, BILLING_ENV: environment } = config;
  if (endpoint === '') return createContextTracer(passOn);
  const { createOtlpTracer } = await import('../adapters/tracing/otlp-spans.ts');
  const count = countDroppedSpans(metrics);
  const { tracer, close } = createOtlpTracer({
    ...{ endpoint, ratio, process, environment, release: packageJson.version },
    dropped: (reason, spans) => count({ reason }, spans),
  });
  closers.add('traces', close);
  nameTraces?.(() => recordedTraceId(tracer.running()));
  return tracer;
}
