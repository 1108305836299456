import type { ExportedMetrics } from '../../support/exported-metrics.ts';

type Matcher = readonly [label: string, operator: string, value: string];
type Selector = { readonly metric: string; readonly matchers: readonly Matcher[] };

/** The selectors of a query of Prometheus: each metric, with what it asks of the labels. */
const selectorsIn = (query: string): readonly Selector[] =>
  [...query.matchAll(/\b((?:billing|process|nodejs)_[a-z0-9_]+)(?:\{([^}]*)\})?/g)].map(
    ([, metric = '', inside = '']) => ({
      metric,
      matchers: [...inside.matchAll(/([a-z_]+)(=~|!~|!=|=)"([^"]*)"/g)].map(
        ([, label = '', operator = '', value = '']) => [label, operator, value] as const,
      ),
    }),
  );

function matches(labels: Readonly<Record<string, string>>, [label, operator, wanted]: Matcher): boolean {
  const value = labels[label];
  if (value === undefined) return false;
  const isEqual = operator.includes('~') ? new RegExp(`^(?:${wanted})$`).test(value) : value === wanted;
  return operator.startsWith('!') ? !isEqual : isEqual;
}

/** The labels that a query groups by. */
const groupedBy = (query: string): readonly string[] =>
  [...query.matchAll(/\bby \(([^)]*)\)/g)].flatMap(([, labels = '']) => labels.split(/, */));

/** What a query asks for and no process exports: it would be empty for ever, and no alert would come of it. */
export function unanswered(query: string, exported: ExportedMetrics): readonly string[] {
  const selectors = selectorsIn(query);
  const missing = selectors
    .filter(({ metric, matchers }) => {
      const series = exported.get(metric) ?? [];
      return !series.some((labels) => matchers.every((matcher) => matches(labels, matcher)));
    })
    .map(({ metric, matchers }) => `${metric}{${matchers.map((matcher) => matcher.join('')).join(',')}}`);
  const labels = new Set(selectors.flatMap(({ metric }) => (exported.get(metric) ?? []).flatMap(Object.keys)));
  return [...missing, ...groupedBy(query).filter((label) => !labels.has(label))];
}

export const namesMetric = (query: string): boolean => selectorsIn(query).length > 0;
