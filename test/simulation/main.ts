import { commands } from '../../tools/command-line/commands.ts';
import { readCommandLine } from '../../tools/command-line/read-command-line.ts';
import { expectedCells, neverVisited } from './checks/coverage.ts';
import { runInParallel, type Find } from './run-in-parallel.ts';
import { runSeed } from './run-seed.ts';
import { timelineOf } from './world/story.ts';

// npm run simulate -- [--seeds 10000] [--from 1] [--story]: seeded lives of the whole house; fails when a rule was broken.

/** One process per core of the machine that this is made for. */
const workers = 2;
/** Bad seeds after which a worker gives up: the first story tells the most. */
const badMax = 3;

const { values } = readCommandLine(commands.simulate);
const [seeds, from] = [Number(values.seeds), Number(values.from)];
process.exitCode = values.story ? await tellStories() : await runAll();

/** Every subscriber's life in this one seed, broken or not. */
async function tellStories(): Promise<number> {
  const { lines, breaches, hash } = await runSeed(from);
  const userIds = new Set(lines.flatMap(({ userId }) => (userId === null ? [] : [userId])));
  for (const userId of userIds) console.log(`Subscriber ${userId}\n${timelineOf(lines, userId)}\n`);
  console.log(`Seed ${from}, trace ${hash}: ${breaches[0]?.rule ?? 'every rule held'}.`);
  return breaches.length === 0 ? 0 : 1;
}

function tellFind({ seed, rule, userId, detail, stories }: Find): void {
  console.log(`\nSeed ${seed} breaks rule ${rule}\n  ${detail}`);
  for (const story of stories.filter((told) => userId === null || told.userId === userId)) {
    console.log(`Subscriber ${story.userId} (~ befell everybody)\n${story.timeline}`);
  }
  console.log(`Repeat it: npm run simulate -- --story --from ${seed}\n`);
}

async function runAll(): Promise<number> {
  const startedMs = performance.now();
  const run = await runInParallel({ from, seeds, workers, badMax, folder: import.meta.dirname, onFind: tellFind });
  const missing = neverVisited(run.visits);
  const seconds = ((performance.now() - startedMs) / 1000).toFixed(1);
  console.log(`${run.seeds} seeds in ${seconds} s, ${run.steps} steps, ${run.finds.length} broken.`);
  console.log(
    `Coverage: ${expectedCells.length - missing.length} of ${expectedCells.length} cells of state × command and state × fault.`,
  );
  if (missing.length > 0) console.log(`Never visited:\n  ${missing.join('\n  ')}`);
  if (run.finds.length > 0) console.log(`Bad seeds: ${run.finds.map(({ seed }) => seed).join(', ')}.`);
  return run.finds.length === 0 ? 0 : 1;
}
