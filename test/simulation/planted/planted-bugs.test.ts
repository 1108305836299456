import { readFileSync } from 'node:fs';
import { expect, test } from '@jest/globals';
import { plantedBugs } from './planted-bugs.ts';

test.each(plantedBugs.map(({ name, file, text }) => [name, file, text]))(
  '“%s” can still be planted: its place is in %s, once',
  (_name, file, text) => {
    expect(readFileSync(file, 'utf8').split(text)).toHaveLength(2);
  },
);
