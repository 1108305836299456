import { readFileSync } from 'node:fs';
import { describe, expect, test } from '@jest/globals';
import { exportedMetrics } from '../../support/exported-metrics.ts';
import { tableUnder } from '../../support/markdown-tables.ts';

const page = readFileSync('docs/operations.md', 'utf8');

describe('docs/operations.md', () => {
  test('has every metric that a process exports, with its labels', async () => {
    const rows = tableUnder(page, 'Metrics').map(([name = '', labels = '']) => [
      name.replaceAll('`', ''),
      labels
        .split(', ')
        .filter((label) => label !== '')
        .toSorted(),
    ]);
    const byMetric = new Map<string, Set<string>>();
    for (const [name, series] of await exportedMetrics()) {
      if (!name.startsWith('billing_')) continue;
      const known = byMetric.get(name.replace(/_(bucket|sum|count)$/, '')) ?? new Set();
      for (const label of series.flatMap(Object.keys)) if (label !== 'le') known.add(label);
      byMetric.set(name.replace(/_(bucket|sum|count)$/, ''), known);
    }
    // The paragraph below the table names them.
    const older = (name: string): boolean => /^billing_(consumer_(?!lag)|job_(runs|failures)$)/.test(name);
    const exported = [...byMetric]
      .filter(([name]) => !older(name))
      .map(([name, labels]) => [name, [...labels].toSorted()]);
    expect(rows.toSorted()).toEqual(exported.toSorted());
  });
});
