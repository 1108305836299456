import { globSync, readFileSync } from 'node:fs';
import { expect, test } from '@jest/globals';
import { quotedIn, tablesIn } from '../support/markdown-tables.ts';

const [rows = []] = tablesIn(readFileSync('docs/when-things-go-wrong.md', 'utf8'));

/** Entries that stand for a whole test program rather than for a file. */
const programs = /\b(?:sim|chaos|npm run tour)\b/;

/** `a/{b,c}` names two. */
function spelledOut(name: string): readonly string[] {
  const [all, before = '', choices = '', after = ''] = /^(.*)\{(.+)\}(.*)$/.exec(name) ?? [];
  return all === undefined ? [name] : choices.split(',').map((choice) => `${before}${choice}${after}`);
}

const filesOf = (name: string): readonly string[] => globSync([`test/${name}*`, `test/unit/${name}*`]);

test.each(rows.map((cells) => [cells[0] ?? '', cells.at(-1) ?? '']))(
  'what is written of “%s” is shown by tests that exist',
  (_fault, shownBy) => {
    const quoted = quotedIn(shownBy).map((name) => name.replace(/^test\//, ''));
    const names = quoted.flatMap(spelledOut);
    const files = names.filter((name) => !programs.test(name));
    expect(files.length > 0 || programs.test(shownBy)).toBe(true);
    expect(files.filter((name) => filesOf(name).length === 0)).toEqual([]);
  },
);
