import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { commands } from '../../../tools/command-line/commands.ts';
import { readCommandLine } from '../../../src/composition/command-line/read-command-line.ts';
import { runInParallel } from '../run-in-parallel.ts';
import { plant, copyProject } from './plant.ts';
import type { PlantedBug } from './planted-bug.ts';
import { plantedBugs } from './planted-bugs.ts';

// npm run planted: plants each bug in a copy of the project. A bug that the simulation misses shows a gap in its checks.

type Verdict = { readonly isCaught: boolean; readonly report: string };

const root = join(import.meta.dirname, '..', '..', '..');
const { values, operands } = readCommandLine(commands.planted);
/** `npm test` runs this many seeds, so it would miss a bug that needs more. */
const seedsMax = Number(values.seeds);
const [part = ''] = operands;
const wanted = plantedBugs.filter(({ name }) => name.includes(part));
if (wanted.length === 0) {
  console.error(`There is no planted bug "${part}"; there are ${plantedBugs.map(({ name }) => name).join(', ')}.`);
  process.exit(2);
}
const copy = mkdtempSync(join(tmpdir(), 'billing-planted-'));
let failures = 0;
try {
  copyProject(root, copy);
  const sound = await hunt();
  if (sound.isCaught)
    throw new Error(`The project breaks a rule without any planted bug: ${sound.report}. Fix that first.`);
  for (const bug of wanted) {
    const verdict = await catchBug(bug);
    if (!verdict.isCaught) failures += 1;
    console.log(`${bug.name.padEnd(54)} ${verdict.report}`);
  }
} finally {
  rmSync(copy, { recursive: true, force: true });
}
console.log(failures === 0 ? 'Every planted bug was caught.' : `${failures} planted bugs were not caught.`);
process.exitCode = failures === 0 ? 0 : 1;

async function catchBug(bug: PlantedBug): Promise<Verdict> {
  let restore: () => void;
  try {
    restore = plant(copy, bug);
  } catch (error) {
    return { isCaught: false, report: error instanceof Error ? error.message : String(error) };
  }
  const verdict = await hunt(bug);
  restore();
  if (bug.seed === undefined || !verdict.isCaught) return verdict;
  // The life must break no rule without the bug.
  const sound = await hunt(bug);
  return sound.isCaught ? { isCaught: false, report: `without the bug: ${sound.report}` } : verdict;
}

/** Both workers stop at the first seed that breaks a rule. */
async function hunt({ seed }: Pick<PlantedBug, 'seed'> = {}): Promise<Verdict> {
  const folder = join(copy, 'test', 'simulation');
  const lives = seed === undefined ? { from: 1, seeds: seedsMax, workers: 2 } : { from: seed, seeds: 1, workers: 1 };
  const { finds, seeds } = await runInParallel({ ...lives, badMax: 1, folder });
  const [first] = [...finds].sort((one, other) => one.seed - other.seed);
  if (first === undefined) return { isCaught: false, report: `SURVIVED ${seeds} seeds` };
  return { isCaught: true, report: `seed ${String(first.seed).padEnd(6)} ${first.rule}` };
}
