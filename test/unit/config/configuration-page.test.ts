import { readFileSync } from 'node:fs';
import { expect, test } from '@jest/globals';
import { configurationPage } from '../../../src/config-markdown.ts';

test('the configuration page lists every setting as config.ts has it', () => {
  expect(readFileSync('docs/configuration.md', 'utf8')).toBe(configurationPage());
});
