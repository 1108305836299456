/**
 * Every attribute that a span may have. None holds personal data or a secret: no address, header, body, user or card. Another
 * name does not compile, and is not sent.
 */
export const spanAttributes = [
  ...(['http.request.method', 'http.route', 'http.response.status_code'] as const),
  ...(['messaging.system', 'messaging.destination.name', 'messaging.consumer.group.name'] as const),
  ...(['messaging.batch.message_count', 'messaging.destination.partition.id', 'messaging.kafka.offset'] as const),
  ...(['db.system.name', 'error.type', 'cloudevents.event_type'] as const),
  ...(['billing.correlation_id', 'billing.outcome', 'billing.pay_system'] as const),
] as const;
export type SpanAttributes = Readonly<Partial<Record<(typeof spanAttributes)[number], string | number>>>;

export type SpanAbout = {
  readonly name: string;
  readonly kind: 'server' | 'consumer' | 'producer' | 'client' | 'internal';
  /** The `traceparent` of the span that caused this one; `running`: the span around this code; null: a trace begins. */
  readonly parent: 'running' | (string & {}) | null;
  /** The `traceparent` of a span of another trace that led to this one. */
  readonly link?: string | null;
  readonly attributes: SpanAttributes;
};

/** How it went. A name that is known only now replaces the first one. */
export type SpanEnd = {
  readonly name?: string;
  readonly attributes?: SpanAttributes;
  readonly failed?: boolean;
};

export type Span = {
  /** What the work starts, and what it continues with later, runs in this span. */
  readonly within: <Result>(work: () => Result) => Result;
  readonly end: (how: SpanEnd) => void;
};

/** Why a span never reached the collector. */
export const spanDropReasons = ['queue_full', 'not_sent'] as const;
export type SpanDropReason = (typeof spanDropReasons)[number];

/** Records what a process did where work enters and leaves it, and for which trace. It never throws and never waits. */
export type Tracer = {
  readonly start: (about: SpanAbout) => Span;
  /** The W3C `traceparent` for what this code causes; null where there is no trace. */
  readonly running: () => string | null;
  /** Runs work that serves many traces in none of them. */
  readonly outside: <Result>(work: () => Result) => Result;
};

const silentSpan: Span = { within: (work) => work(), end: () => undefined };

/** For a program that a person runs, and for tests. */
export const silentTracer: Tracer = { start: () => silentSpan, running: () => null, outside: (work) => work() };
