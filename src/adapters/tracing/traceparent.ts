/** The W3C Trace Context of a span, in version 00. */
export type SpanPlace = { readonly traceId: string; readonly spanId: string; readonly traceFlags: number };

const shape = /^00-(?!0{32})([0-9a-f]{32})-(?!0{16})([0-9a-f]{16})-([0-9a-f]{2})$/;

/** Null for what is absent, repeated or damaged: a trace begins anew then. */
export function readTraceparent(header: string | null | undefined): SpanPlace | null {
  const [, traceId, spanId, flags] = shape.exec(header ?? '') ?? [];
  if (traceId === undefined || spanId === undefined || flags === undefined) return null;
  return { traceId, spanId, traceFlags: Number.parseInt(flags, 16) };
}

const recordedFlag = 1;
export const isRecorded = ({ traceFlags }: SpanPlace): boolean => (traceFlags & recordedFlag) !== 0;

/** Of the flags, only that of sampling: what the others mean is not ours to repeat. */
export const writeTraceparent = ({ traceId, spanId, traceFlags }: SpanPlace): string =>
  `00-${traceId}-${spanId}-0${traceFlags & recordedFlag}`;

/** The trace of a `traceparent`, where it is recorded. */
export function recordedTraceId(header: string | null): string | null {
  const place = readTraceparent(header);
  return place !== null && isRecorded(place) ? place.traceId : null;
}
