import { readFileSync } from 'node:fs';
import { expect, test } from '@jest/globals';
import { createTypeChecker } from '../../support/type-errors.ts';
import { plantedBugs } from './planted-bugs.ts';

test.each(plantedBugs.map(({ name, file, text }) => [name, file, text]))(
  '“%s” can still be planted: its place is in %s, once',
  (_name, file, text) => {
    expect(readFileSync(file, 'utf8').split(text)).toHaveLength(2);
  },
);

/** A bug that names what does not exist would be caught as a crash, whatever the checks of the simulation are worth. */
test('every planted bug still speaks of what is there', () => {
  const errorsOf = createTypeChecker(['src', 'consumers', 'jobs']);
  const broken = plantedBugs.flatMap(({ name, file, text, instead }) => {
    const planted = readFileSync(file, 'utf8').replace(text, () => instead);
    // A bug may leave something unused (6133, 6192, 6196) or unreachable (7027) behind.
    const meant = new Set([6133, 6192, 6196, 6198, 7027]);
    return errorsOf({ [file]: planted }, [file])
      .filter(({ code }) => !meant.has(code))
      .map((error) => `${name}: ${error.code} ${error.text}`);
  });
  expect(broken).toEqual([]);
});
