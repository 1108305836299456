import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, test } from '@jest/globals';
import { type ExportedMetrics, exportedMetrics } from '../../support/exported-metrics.ts';
import { projectRoot, textOf } from '../containers/project.ts';
import { unanswered } from './queries.ts';

type Panel = {
  readonly id: number;
  readonly title: string;
  readonly gridPos: { readonly x: number; readonly y: number; readonly w: number; readonly h: number };
  readonly targets: readonly { readonly expr: string; readonly legendFormat: string }[];
};
type Board = { readonly uid: string; readonly title: string; readonly panels: readonly Panel[] };

const folder = 'k8s/components/monitoring/boards';
const boards = readdirSync(join(projectRoot, folder)).map((name) => JSON.parse(textOf(`${folder}/${name}`)) as Board);
const panels = boards.flatMap((board) => board.panels.map((panel) => ({ board: board.title, ...panel })));

let exported: ExportedMetrics;
beforeAll(async () => {
  exported = await exportedMetrics();
});

/** `{{kind}}` in a legend is a label, which the query must leave. */
const labelsIn = (legend: string): readonly string[] =>
  [...legend.matchAll(/\{\{(\w+)\}\}/g)].map(([, label = '']) => label);

describe('the boards', () => {
  test('are two, each with an address of its own', () => {
    expect(boards).toHaveLength(2);
    expect(new Set(boards.map(({ uid }) => uid)).size).toBe(2);
  });

  test.each(panels)('$board: $title asks for what a process exports', ({ targets }) => {
    expect(targets.length).toBeGreaterThan(0);
    expect(targets.flatMap(({ expr }) => unanswered(expr, exported))).toEqual([]);
  });

  test.each(panels)('$board: $title names its lines by labels that the query leaves', ({ targets }) => {
    for (const { expr, legendFormat } of targets) {
      const grouped = [...expr.matchAll(/\bby \(([^)]*)\)/g)].flatMap(([, labels = '']) => labels.split(', '));
      // A pod is a label of the scrape, which a query without a sum keeps.
      const left = expr.includes('(') ? grouped : ['pod'];
      expect(labelsIn(legendFormat).filter((label) => !left.includes(label))).toEqual([]);
    }
  });

  test.each(boards)('$title has no two panels in one place', ({ panels: all }) => {
    const places = all.flatMap(({ gridPos: { x, y, w, h } }) =>
      Array.from({ length: w * h }, (_, n) => `${x + (n % w)} ${y + Math.floor(n / w)}`),
    );
    expect(new Set(places).size).toBe(places.length);
    expect(new Set(all.map(({ id }) => id)).size).toBe(all.length);
  });
});

/** A board shows numbers that a person reads. These are not on one, each for a reason. */
const offBoards: Readonly<Record<string, string>> = {
  billing_sample_age_seconds: 'an alert says that nothing is measured',
  billing_spans_dropped_total: 'it is exported only with an endpoint for traces',
  billing_job_runs: 'a name of earlier versions, of billing_job_runs_total',
  billing_job_failures: 'a name of earlier versions, of billing_job_runs_total',
};

/** Names of earlier versions: each consumer had a metric of its own. */
const isOfOneConsumer = (name: string): boolean =>
  name.startsWith('billing_consumer_') && name !== 'billing_consumer_lag';

test('every metric is on a board', () => {
  const shown = panels.flatMap(({ targets }) => targets.map(({ expr }) => expr)).join('\n');
  const names = new Set(
    [...exported.keys()]
      .filter((name) => name.startsWith('billing_'))
      .map((name) => name.replace(/_(bucket|sum|count)$/, '')),
  );
  const missing = [...names].filter(
    (name) => !new RegExp(`\\b${name}(_bucket)?\\b`).test(shown) && !isOfOneConsumer(name),
  );
  expect(missing.sort()).toEqual(Object.keys(offBoards).sort());
});
