import { globSync, readFileSync } from 'node:fs';
import { expect, test } from '@jest/globals';
import { readOpenApi } from '../../../src/adapters/http/contract/openapi.ts';
import { commandsInBlocks } from '../../support/documented-commands.ts';
import { refusalOf } from '../../support/npm-command.ts';

// The pages of bench/ show benchmarks, which have command lines of their own.
const files = ['*.md', '{docs,sandbox}/**/*.md', 'test/*/README.md'].flatMap((pattern) => globSync(pattern));
const pages = [
  ...files.map((file) => [file, readFileSync(file, 'utf8')] as const),
  ['the page of the API', readOpenApi().info.description] as const,
];
const shown = pages.flatMap(([page, text]) =>
  commandsInBlocks(text).flatMap((command) => (/\bnpm /.test(command) ? [[page, command]] : [])),
);

test.each(shown)('%s: %s is a command line that the program takes', (_page, command = '') => {
  expect(refusalOf(command)).toBeNull();
});

test('commands are found on many pages', () => {
  expect(new Set(shown.map(([page]) => page)).size).toBeGreaterThan(10);
});

test.each([
  ['npm run amdin -- list held', 'There is no command amdin'],
  ['npm run admin -- lits held', 'There is no "lits"'],
  ['npm run admin -- release USER --cause TEXT', 'There is no option --cause'],
  ['npm run admin -- release USER', '--reason TEXT is missing: why, for the audit'],
  ['npm run reseal', '--reason TEXT is missing: why, for the audit'],
  ['npm run admin -- refund PAYMENT --access none --cause complaint --reason TEXT', '--access must be keep or revoke'],
  ['npm run admin -- discard billing-commands KEY --reason TEXT', 'GROUP KEY MESSAGE is missing'],
  ['TOKEN=$(npm run -s token -- --usr $BUYER)', 'There is no option --usr'],
])('%s is refused: %s', (command, sentence) => {
  expect(refusalOf(command)).toContain(sentence);
});
