import { globSync, readFileSync } from 'node:fs';
import { expect, test } from '@jest/globals';

const sources = globSync('{src,consumers,jobs}/**/*.ts', { exclude: ['src/messages/generated/**'] });
const callsOf = (text: string): readonly string[] =>
  [...text.matchAll(/\b(?:log\.error|fail)\(\s*('[^']*'|[^,)]+)/g)].map(([, first = '']) => first);

/** The first argument of every error line. `fail` writes one and ends the process; its own call passes the message on. */
const said = sources.flatMap((file) => callsOf(readFileSync(file, 'utf8'))).filter((first) => first !== 'message');
const rows = [...readFileSync('docs/running.md', 'utf8').matchAll(/^\| `([^`]+)` +\| [^|]+\| [^|]+\|$/gm)];

test('every message of an error line is a constant, so that it can be searched for', () => {
  expect(said.filter((first) => !/^'[^']+'$/.test(first))).toEqual([]);
  expect(said.length).toBeGreaterThan(10);
});

test('running.md describes the action for every error line, and for no other', () => {
  const [, table = ''] = /## Error lines\n([\s\S]*?)\n## /.exec(readFileSync('docs/running.md', 'utf8')) ?? [];
  const explained = rows.map(([row, message = '']) => ({ row, message })).filter(({ row }) => table.includes(row));
  const messages = new Set(said.map((first) => first.slice(1, -1)));
  expect(explained.map(({ message }) => message).toSorted()).toEqual([...messages].toSorted());
});
