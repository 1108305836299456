import { readFileSync } from 'node:fs';
import { expect, test } from '@jest/globals';
import { commands } from '../../../tools/command-line/commands.ts';

const readme = readFileSync('README.md', 'utf8');
const linesMax = 150;

test('the README stays short enough to be read', () => {
  expect(readme.split('\n').length).toBeLessThanOrEqual(linesMax);
});

test('the README names every npm command', () => {
  const typed = Object.values(commands).flatMap(({ usage }) => /^npm (?:run )?(?:-s )?\w+/.exec(usage) ?? []);
  expect(typed.map((command) => command.replace(' -s', '')).filter((command) => !readme.includes(command))).toEqual([]);
});
