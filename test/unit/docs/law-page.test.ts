import { existsSync, globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { eventCounters } from '../../../src/adapters/metrics/event-counters.ts';
import { isMessageType } from '../../../src/messages/catalogue.ts';
import { plantedBugs } from '../../simulation/planted/planted-bugs.ts';
import { lawPage } from '../../support/law/law-page.ts';
import { laws } from '../../support/law/laws.ts';
import { exportedMetrics } from '../../support/exported-metrics.ts';
import { tableUnder } from '../../support/markdown-tables.ts';

describe.each(laws)('$no', ({ invariants, tests, planted, watched }) => {
  const numbers = tableUnder(readFileSync('docs/domain.md', 'utf8'), 'Invariants').map(([number]) => Number(number));

  test('names rules, tests, planted bugs and facts that there are', () => {
    expect(invariants.filter((number) => !numbers.includes(number))).toEqual([]);
    expect(tests.filter((file) => !existsSync(join('test', file)))).toEqual([]);
    const bugs = plantedBugs.map(({ name }) => name);
    expect(planted.filter((name) => !bugs.includes(name))).toEqual([]);
    expect(watched.filter(({ fact }) => !isMessageType(fact))).toEqual([]);
  });

  test.each(watched)('$fact is counted by $metric', async ({ fact, metric }) => {
    const [, name = '', labels = ''] = /^(\w+)(?:\{(.*)\})?$/.exec(metric) ?? [];
    const wanted = [...labels.matchAll(/(\w+)="(\w+)"/g)].map(([, label = '', value]) => [label, value]);
    const labelled = Object.fromEntries(wanted) as Record<string, string>;
    expect((await exportedMetrics()).get(name)).toContainEqual(expect.objectContaining(labelled));
    expect(Object.keys(eventCounters.find((counter) => counter.name === name)?.counts ?? {})).toContain(fact);
  });

  test('is enforced, shown, attacked and watched', () => {
    for (const held of [invariants, tests, planted, watched]) expect(held).not.toEqual([]);
  });
});

test('no law stands twice, and the page has them all', () => {
  const numbers = laws.map(({ no }) => no);
  expect(new Set(numbers).size).toBe(numbers.length);
  expect(lawPage().match(/^## .*$/gm)).toEqual(numbers.map((no) => `## ${no}`));
});

test('no text of the service names 376-FZ for its notices: that law has no such duty', () => {
  const texts = globSync(['schemas/subscriptions/notice-*.json', 'src/domain/**/*notice*.ts', 'web/**/*.{js,html}']);
  expect(texts.length).toBeGreaterThan(5);
  expect(texts.filter((file) => /376-(?:FZ|ФЗ)/i.test(readFileSync(file, 'utf8')))).toEqual([]);
});
