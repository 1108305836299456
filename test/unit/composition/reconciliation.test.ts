import { describe, expect, test } from '@jest/globals';
import type { WindowResult } from '../../../src/application/reconciliation/reconcile-window.ts';
import type { Found } from '../../../src/application/reconciliation/verify.ts';
import { afterSlice, beginWalk } from '../../../src/application/reconciliation/walk.ts';
import { parseCommandLine } from '../../../src/composition/command-line/parse-command-line.ts';
import { reconcileCommand } from '../../../src/composition/reconciliation/reconcile-command.ts';
import { differenceJson, differenceTable } from '../../../src/composition/reconciliation/render-differences.ts';
import { wantedWindow } from '../../../src/composition/reconciliation/wanted-window.ts';
import type { DifferenceKind } from '../../../src/domain/model/difference.ts';

const at = (time: string): number => Date.parse(`2026-11-${time}Z`);
const now = at('24T12:00');

const amount = { amountMinor: 29_900, currency: 'RUB' };
const found = (kind: DifferenceKind, id: string, isKnown = false): Found => ({
  difference: { kind, subject: { object: 'payment', id }, ours: null, theirs: { state: 'succeeded', amount } },
  ...{ userId: null, isKnown },
});

function resultOf(...differences: readonly Found[]): WindowResult {
  const slice = { from: at('23T00:00'), to: at('23T06:00') };
  const counts = { pages: 2, payments: 3, refunds: 0, unreadable: [], unverified: [], unread: 0, notCompared: [] };
  const walk = afterSlice(
    beginWalk('by-hand', slice, now, null),
    slice,
    { kind: 'read', ...counts, found: differences },
    now,
  );
  return { walk, found: differences, unavailable: null, unverified: [], unread: 0, notCompared: [] };
}

describe('the window that a person names', () => {
  test('ends five minutes ago at the latest', () => {
    const window = wantedWindow({ from: '2026-11-24', to: '2026-11-25' }, now);
    expect(window).toEqual({ from: at('24T00:00'), to: at('24T11:55') });
    expect(wantedWindow({ from: '2026-11-24', to: '2026-11-24T06:00Z' }, now)).toMatchObject({ to: at('24T06:00') });
  });

  test.each([
    ['2026-11-35', '2026-11-24', 'no such time as 2026-11-35'],
    ['2026-11-23', '2026-13-01', 'no such time as 2026-13-01'],
    ['2026-02-31', '2026-11-24', 'no such time as 2026-02-31'],
    ['2026-02-28T12:00Z', '2026-02-29T12:00:30.5Z', 'no such time as 2026-02-29'],
    ['2026-11-24', '2026-11-24', 'must be before --to'],
    ['2026-11-24T11:58Z', '2026-11-25', 'older than five minutes'],
    ['2023-01-01', '2026-11-24', 'longer than three years'],
  ])('from %s to %s is refused: %s', (from, to, sentence) => {
    expect(wantedWindow({ from, to }, now)).toContain(sentence);
  });

  test.each([
    [['--to', '2026-11-24'], '--from TIME is missing'],
    [['--from', '2026-11-24'], '--to TIME is missing'],
    [['--from', 'yesterday', '--to', '2026-11-24'], 'must be a day or a time in UTC'],
    [['--from', '2026-11-23', '--to', '2026-11-24', 'now'], '"now" is not understood'],
  ])('is required on the command line: %j', (args, sentence) => {
    expect(parseCommandLine(reconcileCommand, args)).toMatchObject({
      kind: 'refused',
      sentence: expect.stringContaining(sentence),
    });
  });
});

describe('the result of a comparison', () => {
  const differing = resultOf(found('foreign', 'a'), found('foreign', 'b'), found('absent_there', 'c', true));

  test('is one line where the books agree', () => {
    expect(differenceTable(resultOf())).toBe('3 payments and 0 refunds on 2 pages: 0 differences, 0 unreadable.');
  });

  test('is a table with the counts by kind, and says which differences are known', () => {
    const lines = differenceTable(differing).split('\n');
    expect(lines).toHaveLength(5);
    expect(lines.map((line) => line.split(/ +/).slice(0, 2))).toEqual([
      ['difference', 'action'],
      ['foreign', 'list'],
      ['foreign', 'list'],
      ['absent_there', 'known'],
      ['3', 'payments'],
    ]);
    expect(lines.at(-1)).toContain('3 differences (2 foreign, 1 absent_there)');
  });

  test('is one JSON object for programs', () => {
    expect(JSON.parse(differenceJson(differing))).toMatchObject({
      unavailable: null,
      summary: { differences: { foreign: 2, absent_there: 1 } },
      differences: [{ kind: 'foreign' }, { kind: 'foreign' }, { kind: 'absent_there', is_known: true }],
    });
  });
});
