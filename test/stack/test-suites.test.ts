import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { findSuites } from '../../tools/testing/test-suites.ts';

function folderWith(...files: string[]): string {
  const folder = mkdtempSync(join(tmpdir(), 'suites-'));
  for (const file of files) {
    mkdirSync(join(folder, file, '..'), { recursive: true });
    writeFileSync(join(folder, file), '');
  }
  return folder;
}

const folders = [
  'flow-http/a.test.ts',
  'flow/buy.test.ts',
  'unit/deep/a.test.ts',
  'support/help.ts',
  'integration/kafka.test.ts',
  'poison/a.test.ts',
  'simulation/a.test.ts',
];

test('suites that need less come first, and a folder without tests is ignored', () => {
  expect(findSuites(folderWith(...folders), [])).toEqual([
    { folder: 'simulation', needs: 'processor' },
    { folder: 'flow-http', needs: 'nothing' },
    { folder: 'unit', needs: 'nothing' },
    { folder: 'integration', needs: 'stack' },
    { folder: 'flow', needs: 'system' },
    { folder: 'poison', needs: 'system-last' },
  ]);
});

test('a named file brings its folder only', () => {
  expect(findSuites(folderWith(...folders), ['test/flow/buy.test.ts'])).toEqual([{ folder: 'flow', needs: 'system' }]);
});

test('a folder whose name begins like another does not match', () => {
  const made = folderWith(...folders);
  expect(findSuites(made, ['test/flow-http'])).toEqual([{ folder: 'flow-http', needs: 'nothing' }]);
  expect(findSuites(made, ['test/flow'])).toEqual([{ folder: 'flow', needs: 'system' }]);
});
