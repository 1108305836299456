import { runSeed } from './run-seed.ts';
import { timelineOf } from './world/story.ts';

const from = Number(process.argv[2] ?? 1);
const count = Number(process.argv[3] ?? 1);
let bad = 0;
let steps = 0;
const visits = new Map<string, number>();
const t0 = process.hrtime.bigint();
for (let seed = from; seed < from + count; seed += 1) {
  try {
    const run = await runSeed(seed);
    steps += run.steps;
    for (const [k, v] of run.visits) visits.set(k, (visits.get(k) ?? 0) + v);
    for (const b of run.breaches.slice(0, 1)) {
      bad += 1;
      console.log(`seed ${seed} ${b.rule} ${b.userId} ${b.detail}`.slice(0, 400));
      if (count === 1 && b.userId) console.log(timelineOf(run.lines, b.userId));
    }
    if (count === 1) console.log(run.hash, run.steps);
  } catch (e) {
    bad++;
    console.log(`seed ${seed} THROWS`, e);
  }
}
console.log({ bad, steps, ms: Number(process.hrtime.bigint() - t0) / 1e6 });
if (process.argv[4]) console.log([...visits].sort());
