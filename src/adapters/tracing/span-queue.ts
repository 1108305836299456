import { ExportResultCode } from '@opentelemetry/core';
import type { SpanDropReason } from '../../application/ports/tracer.ts';
import { BatchSpanProcessor, type SpanExporter, type SpanProcessor } from '@opentelemetry/sdk-trace';

/** Spans that wait. At 2 kB each they hold 4 MB; without a collector it is full in a minute, and stays so. */
const queueMax = 2_048;
const batchMax = 512;
/** What waits for a second outlives the collection of young objects, which cost an API under load a tenth of its CPU (bench/README.md). */
const batchEveryMs = 200;

/** The library's queue of ended spans. The library drops in silence what has no room or cannot be sent; this counts it. */
export function createSpanQueue(
  exporter: SpanExporter,
  dropped: (reason: SpanDropReason, count: number) => void,
): SpanProcessor {
  let waiting = 0;
  const counting: SpanExporter = {
    export: (spans, done) => {
      waiting -= spans.length;
      exporter.export(spans, (result) => {
        if (result.code !== ExportResultCode.SUCCESS) dropped('not_sent', spans.length);
        done(result);
      });
    },
    forceFlush: () => exporter.forceFlush?.() ?? Promise.resolve(),
    shutdown: () => exporter.shutdown(),
  };
  const batches = new BatchSpanProcessor({
    ...{ exporter: counting, maxQueueSize: queueMax, maxExportBatchSize: batchMax },
    scheduledDelayMillis: batchEveryMs,
  });
  return {
    onStart: (span, context) => batches.onStart(span, context),
    onEnd: (span) => {
      if (waiting >= queueMax) dropped('queue_full', 1);
      else {
        waiting += 1;
        batches.onEnd(span);
      }
    },
    forceFlush: () => batches.forceFlush(),
    shutdown: () => batches.shutdown(),
  };
}
