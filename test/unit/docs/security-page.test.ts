import { existsSync, readFileSync } from 'node:fs';
import { expect, test } from '@jest/globals';
import { quotedIn, tableUnder } from '../../support/markdown-tables.ts';

const rows = tableUnder(readFileSync('docs/security.md', 'utf8'), 'Security');

test('every risk of the list has a row, and every row tests that there are', () => {
  expect(rows.map(([risk = '']) => /^API\d+/.exec(risk)?.[0])).toEqual(
    Array.from({ length: 10 }, (_, index) => `API${index + 1}`),
  );
  for (const [, , shown = ''] of rows) {
    expect(quotedIn(shown).length).toBeGreaterThan(0);
    expect(quotedIn(shown).filter((file) => !existsSync(file))).toEqual([]);
  }
});
