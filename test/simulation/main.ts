import { commands } from '../../tools/command-line/commands.ts';
import { readCommandLine } from '../../src/composition/command-line/read-command-line.ts';
import { countPairs, expectedCells, neverVisited } from './checks/coverage.ts';
import { freshSeed } from './fresh-seed.ts';
import { runInParallel, type Find } from './run-in-parallel.ts';
import { runSeed } from './run-seed.ts';
import { timelineOf } from './world/story.ts';

// npm run simulate -- [--seeds 10000] [--from 1 | --fresh] [--provider hasty] [--timeline]: seeded lives of the whole service; fails when a rule is broken.

/** One process per core of the smallest supported machine. */
const workers = 2;
/** A worker stops after this many broken seeds, because the first timelines usually show the cause. */
const badMax = 3;
const saidEveryMs = 30_000;

const { values } = readCommandLine(commands.simulate);
const seeds = Number(values.seeds);
const from = values.fresh ? freshSeed(Date.now()) : Number(values.from);
const provider = values.provider === 'hasty' ? 'hasty' : 'yookassa';
process.exitCode = values.timeline ? await printTimelines() : await runAll();

/** Prints the timeline of every subscriber of this seed, broken or not. */
async function printTimelines(): Promise<number> {
  const { lines, breaches, hash } = await runSeed(from, provider);
  const userIds = new Set(lines.flatMap(({ userId }) => (userId === null ? [] : [userId])));
  for (const userId of userIds) console.log(`Subscriber ${userId}\n${timelineOf(lines, userId)}\n`);
  console.log(`Seed ${from}, trace ${hash}: ${breaches[0]?.rule ?? 'every rule held'}.`);
  return breaches.length === 0 ? 0 : 1;
}

function printFind({ seed, rule, userId, detail, stories }: Find): void {
  console.log(`\nSeed ${seed} breaks rule ${rule}\n  ${detail}`);
  for (const story of stories.filter((one) => userId === null || one.userId === userId)) {
    console.log(`Subscriber ${story.userId} (~ concerns every subscriber)\n${story.timeline}`);
  }
  console.log(
    `Repeat it: npm run simulate -- --timeline --from ${seed}${provider === 'yookassa' ? '' : ` --provider ${provider}`}\n`,
  );
}

/** Says every half minute how far the run is, and how long the rest takes at its pace. */
function createProgress(startedMs: number): (lived: number) => void {
  let [lived, saidMs] = [0, startedMs];
  return (more) => {
    lived += more;
    const nowMs = performance.now();
    if (nowMs - saidMs < saidEveryMs) return;
    saidMs = nowMs;
    const leftMs = ((nowMs - startedMs) / lived) * (seeds - lived);
    console.log(`${lived} of ${seeds} seeds lived, about ${Math.ceil(leftMs / 60_000)} min left.`);
  };
}

async function runAll(): Promise<number> {
  const startedMs = performance.now();
  if (values.fresh) console.log(`Fresh seeds ${from} to ${from + seeds - 1}.`);
  const run = await runInParallel({
    from,
    seeds,
    workers,
    badMax,
    provider,
    folder: import.meta.dirname,
    onFind: printFind,
    onLived: createProgress(startedMs),
  });
  const missing = neverVisited(run.visits);
  const seconds = ((performance.now() - startedMs) / 1000).toFixed(1);
  console.log(`${run.seeds} seeds in ${seconds} s, ${run.steps} steps, ${run.finds.length} broken.`);
  console.log(
    `Coverage: ${expectedCells.length - missing.length} of ${expectedCells.length} cells of state × command and state × fault.`,
  );
  const { all, met, rare } = countPairs(run.visits);
  console.log(
    `Pairs: ${met} of ${all} pairs of faults met at one moment of a subscriber, ${rare} of them fewer than ten times.`,
  );
  if (missing.length > 0) console.log(`Never visited:\n  ${missing.join('\n  ')}`);
  if (run.finds.length > 0) console.log(`Bad seeds: ${run.finds.map(({ seed }) => seed).join(', ')}.`);
  return run.finds.length === 0 ? 0 : 1;
}
