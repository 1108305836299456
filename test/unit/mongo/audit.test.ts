import { globSync, readFileSync } from 'node:fs';
import { expect, test } from '@jest/globals';

const adapter = 'src/adapters/mongo/audit.ts';

test('one file writes the audit, and it only adds and reads', () => {
  const using = globSync('src/adapters/mongo/*.ts').filter((file) =>
    /\baudit\b.*: Models/.test(readFileSync(file, 'utf8')),
  );
  expect(using).toEqual([adapter]);
  const calls = [...readFileSync(adapter, 'utf8').matchAll(/\baudit\s*(?:\.collection)?\s*\.(\w+)\(/g)];
  expect(calls.map(([, name]) => name).toSorted()).toEqual(['find', 'insertMany']);
});
