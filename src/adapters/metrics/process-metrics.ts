import { collectDefaultMetrics, Counter, Gauge, Histogram, Registry } from 'prom-client';
import { boundTo, combinations, type Labels, type LabelValues } from './label-values.ts';

/** Upper bounds in seconds: from a health check to the longest wait a client may ask for. */
const durationBuckets = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30];

/** A metric with the values that its labels may have. */
export type Metric = { readonly name: string; readonly help: string; readonly labels: LabelValues };

export type ProcessMetrics = {
  readonly observeRequest: (seen: {
    readonly method: string;
    readonly route: string;
    readonly status: number;
    readonly durationMs: number;
  }) => void;
  /** A counter that is there from the start, at 0: what appears at 1 is no increase to Prometheus. */
  readonly counter: (metric: Metric) => (labels: Labels, count?: number) => void;
  /** There from the start like a counter, or the first observation would be in no rate. */
  readonly histogram: (
    metric: Metric & { readonly buckets?: readonly number[] },
  ) => (labels: Labels, seconds: number) => void;
  /** Read at every scrape. A row that is gone, or null, is in the answer no more. */
  readonly collect: (
    type: 'counter' | 'gauge',
    metric: Metric,
    rows: () => Iterable<readonly [Labels, number | null]>,
  ) => void;
  /** A gauge that is read at every scrape; `values` is keyed by the label's value. A key that is gone is gone from the answer. */
  readonly watch: (name: string, help: string, label: string, values: () => Readonly<Record<string, number>>) => void;
  readonly read: () => Promise<{ readonly contentType: string; readonly text: string }>;
};

/** Which process, and which version, answers: every process has this one metric. */
export type Build = { readonly process: string; readonly version: string };

type Scraped = Pick<Metric, 'name' | 'help'> & { readonly labelNames: readonly string[] };

/** A metric whose rows are read at every scrape: a row that is gone is gone from the answer. */
const scrapedIn =
  (registers: Registry[]) =>
  (
    type: 'counter' | 'gauge',
    { name, help, labelNames }: Scraped,
    rows: () => Iterable<readonly [Labels, number | null]>,
  ): void => {
    const fill = (metric: Counter | Gauge): void => {
      metric.reset();
      // Without labels a reset metric is 0, which would be an answer.
      if (labelNames.length === 0) metric.remove();
      for (const [labels, value] of rows()) if (value !== null) metric.inc(labels, value);
    };
    new (type === 'counter' ? Counter : Gauge)({
      ...{ name, help, labelNames, registers },
      // Not an arrow: the metric is given as `this`, since it is not there yet when it is made.
      collect(this: Counter | Gauge) {
        fill(this);
      },
    });
  };

/** The metrics of one process, in a registry of its own. */
export function createProcessMetrics(build: Build): ProcessMetrics {
  const registry = new Registry();
  const registers = [registry];
  const scraped = scrapedIn(registers);
  collectDefaultMetrics({ register: registry });
  const about = { name: 'billing_build_info', help: 'The process and its version, always 1' };
  new Gauge({ ...about, labelNames: ['process', 'version'], registers }).set(build, 1);
  const requests = new Counter({
    name: 'billing_http_requests_total',
    help: 'HTTP requests answered',
    labelNames: ['method', 'route', 'status'],
    registers,
  });
  const durations = new Histogram({
    name: 'billing_http_request_seconds',
    help: 'Time from request to answer, waiting for outcomes included',
    labelNames: ['method', 'route'],
    buckets: durationBuckets,
    registers,
  });
  return {
    observeRequest: ({ method, route, status, durationMs }) => {
      requests.inc({ method, route, status });
      durations.observe({ method, route }, durationMs / 1_000);
    },
    counter: ({ name, help, labels }) => {
      const counter = new Counter({ name, help, labelNames: Object.keys(labels), registers });
      for (const combination of combinations(labels)) counter.inc(combination, 0);
      return (given, count = 1) => counter.inc(boundTo(labels, given), count);
    },
    histogram: ({ name, help, labels, buckets = durationBuckets }) => {
      const labelNames = Object.keys(labels);
      const histogram = new Histogram({ name, help, labelNames, buckets: [...buckets], registers });
      for (const combination of combinations(labels)) histogram.zero(combination);
      return (given, seconds) => histogram.observe(boundTo(labels, given), seconds);
    },
    collect: (type, { labels, ...about }, rows) =>
      scraped(type, { ...about, labelNames: Object.keys(labels) }, () =>
        Array.from(rows(), ([given, value]) => [boundTo(labels, given), value] as const),
      ),
    watch: (name, help, label, values) =>
      scraped('gauge', { name, help, labelNames: [label] }, () =>
        Object.entries(values()).map(([value, number]) => [{ [label]: value }, number] as const),
      ),
    read: async () => ({ contentType: registry.contentType, text: await registry.metrics() }),
  };
}
