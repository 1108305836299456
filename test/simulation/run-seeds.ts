import { runSeed } from './run-seed.ts';
import { timelineOf } from './world/story.ts';

// One worker: runs every `stride`-th seed and prints one JSON object per broken seed, how many were lived, and a summary at the end.

const [from = 1, to = 1, stride = 1, badMax = 1] = process.argv.slice(2, 6).map(Number);
const provider = process.argv[6] === 'hasty' ? 'hasty' : 'yookassa';
const visits = new Map<string, number>();
const hashes: string[] = [];
/** How often a worker says how far it is. */
const saidEvery = 50;
let steps = 0;
let bad = 0;
for (let seed = from; seed <= to && bad < badMax; seed += stride) {
  const run = await runSeed(seed, provider);
  // A seed takes no turn of the event loop, so the garbage of the last one is collected in this turn.
  await new Promise((resolve) => setImmediate(resolve));
  steps += run.steps;
  hashes.push(run.hash);
  if (hashes.length % saidEvery === 0) console.log(JSON.stringify({ lived: saidEvery }));
  for (const [cell, count] of run.visits) visits.set(cell, (visits.get(cell) ?? 0) + count);
  const [first] = run.breaches;
  if (first === undefined) continue;
  bad += 1;
  const userIds = new Set(run.lines.flatMap(({ userId }) => (userId === null ? [] : [userId])));
  const stories = [...userIds].map((userId) => ({ userId, timeline: timelineOf(run.lines, userId) }));
  console.log(JSON.stringify({ seed, rule: first.rule, userId: first.userId, detail: first.detail, stories }));
}
console.log(JSON.stringify({ seeds: hashes.length, steps, hashes, visits: [...visits] }));
