import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { createTypeChecker } from '../../support/type-errors.ts';
import { runInParallel } from '../run-in-parallel.ts';
import { copyProject } from './plant.ts';
import { plantedBugs } from './planted-bugs.ts';

test.each(plantedBugs.map(({ name, file, text }) => [name, file, text]))(
  '“%s” can still be planted: its place is in %s, once',
  (_name, file, text) => {
    expect(readFileSync(file, 'utf8').split(text)).toHaveLength(2);
  },
);

/** The simulation would catch a bug with an unknown name as a crash, which says nothing about its checks. */
test('every planted bug uses names that exist', () => {
  const errorsOf = createTypeChecker(['src', 'consumers', 'jobs']);
  const broken = plantedBugs.flatMap(({ name, file, text, instead }) => {
    const planted = readFileSync(file, 'utf8').replace(text, () => instead);
    // A bug may make something unused (6133, 6192, 6196) or unreachable (7027).
    const meant = new Set([6133, 6192, 6196, 6198, 7027]);
    return errorsOf({ [file]: planted }, [file])
      .filter(({ code }) => !meant.has(code))
      .map((error) => `${name}: ${error.code} ${error.text}`);
  });
  expect(broken).toEqual([]);
});

/** It yields the processor to every other suite, so only the limit of the whole run ends it. */
const timeoutMs = 60 * 60_000;

test(
  'the simulation runs in the copy that bugs are planted in',
  async () => {
    const copy = mkdtempSync(join(tmpdir(), 'billing-planted-'));
    try {
      copyProject(process.cwd(), copy);
      const folder = join(copy, 'test', 'simulation');
      const { finds, seeds } = await runInParallel({ from: 1, seeds: 1, workers: 1, badMax: 1, folder });
      expect([finds, seeds]).toEqual([[], 1]);
    } finally {
      rmSync(copy, { recursive: true, force: true });
    }
  },
  timeoutMs,
);
