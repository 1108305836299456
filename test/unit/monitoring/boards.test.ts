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

test('every metric of the alerts is on a board', () => {
  const shown = panels.flatMap(({ targets }) => targets.map(({ expr }) => expr)).join('\n');
  const named = new Set(textOf('k8s/components/monitoring/alerts.yaml').match(/\bbilling_[a-z_]+/g));
  // A board shows numbers that a person reads; that nothing is measured, an alert says.
  expect([...named].filter((name) => !shown.includes(name))).toEqual(['billing_sample_age_seconds']);
});
