import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { commands } from '../../../tools/command-line/commands.ts';
import { readCommandLine } from '../../../tools/command-line/read-command-line.ts';
import { runInParallel } from '../run-in-parallel.ts';
import { plant, copyHouse } from './plant.ts';
import { type PlantedBug, plantedBugs } from './planted-bugs.ts';

// npm run planted: every bug in turn, in a copy of the house. One that the simulation does not see is a hole in its checks.

type Verdict = { readonly isCaught: boolean; readonly words: string };

const root = join(import.meta.dirname, '..', '..', '..');
const { values, operands } = readCommandLine(commands.planted);
/** A bug that needs more seeds than `npm test` runs would slip through it. */
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
  copyHouse(root, copy);
  const sound = await hunt();
  if (sound.isCaught)
    throw new Error(`The house itself is not sound, without any bug: ${sound.words}. Mend that first.`);
  for (const bug of wanted) {
    const verdict = await catchBug(bug);
    if (!verdict.isCaught) failures += 1;
    console.log(`${bug.name.padEnd(54)} ${verdict.words}`);
  }
} finally {
  rmSync(copy, { recursive: true, force: true });
}
console.log(failures === 0 ? 'Every planted bug was caught.' : `${failures} planted bugs were not caught.`);
process.exitCode = failures === 0 ? 0 : 1;

async function catchBug(bug: PlantedBug): Promise<Verdict> {
  let heal: () => void;
  try {
    heal = plant(copy, bug);
  } catch (error) {
    return { isCaught: false, words: error instanceof Error ? error.message : String(error) };
  }
  const verdict = await hunt();
  heal();
  return verdict;
}

/** Both workers stop at the first seed that breaks a rule. */
async function hunt(): Promise<Verdict> {
  const folder = join(copy, 'test', 'simulation');
  const { finds, seeds } = await runInParallel({ from: 1, seeds: seedsMax, workers: 2, badMax: 1, folder });
  const [first] = [...finds].sort((one, other) => one.seed - other.seed);
  if (first === undefined) return { isCaught: false, words: `SURVIVED ${seeds} seeds` };
  return { isCaught: true, words: `seed ${String(first.seed).padEnd(6)} ${first.rule}` };
}
