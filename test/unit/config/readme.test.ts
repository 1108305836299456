import { readFileSync } from 'node:fs';
import { expect, test } from '@jest/globals';
import { configurationTable } from '../../../src/config-markdown.ts';

const cells = (table: string): readonly string[] =>
  table
    .split('\n')
    .filter((line) => line.startsWith('|'))
    .filter((line) => !/^\|[\s:-]+\|/.test(line))
    .map((line) =>
      line
        .split('|')
        .map((cell) => cell.trim())
        .join('|'),
    );

test('the README lists every setting as config.ts has it', () => {
  const readme = readFileSync(new URL('../../../README.md', import.meta.url), 'utf8');
  const [, table = ''] = /<!-- configuration:begin -->([\s\S]*)<!-- configuration:end -->/.exec(readme) ?? [];
  expect(cells(table)).toEqual(cells(configurationTable()));
});
