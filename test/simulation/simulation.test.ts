import { describe, expect, test } from '@jest/globals';
import { neverVisited } from './checks/coverage.ts';
import { seedOfCommit } from './fresh-seed.ts';
import { runInParallel, type Summary } from './run-in-parallel.ts';

/** The same in every test run, so that a change is compared with what held before it. */
const keptSeeds = 2_000;
/** Others with every commit. */
const freshSeeds = 2_000;
/** Fewer: the lives are the same, and only the rules about sends differ. */
const hastySeeds = 300;
/** The lives yield the processor to every other suite, so only the limit of the whole run ends them. */
const timeoutMs = 60 * 60_000;
const batch = { from: 1, workers: 2, badMax: 1, folder: import.meta.dirname };

const broken = ({ finds }: Summary) =>
  finds.map(({ seed, rule, detail, stories }) => ({ seed, rule, detail, stories }));

describe('the whole service, simulated', () => {
  test(
    'money and access never disagree, whichever process dies, in 2,000 seeded lives',
    async () => {
      const kept = await runInParallel({ ...batch, seeds: keptSeeds });
      // A failure shows the timeline of the first broken seed. Repeat it with npm run simulate -- --timeline --from SEED.
      expect(broken(kept)).toEqual([]);
      expect(neverVisited(kept.visits).filter((cell) => /^(command|race|strike)/.test(cell))).toEqual([]);
    },
    timeoutMs,
  );

  test(
    'nor in 2,000 lives that no commit before this one has lived',
    async () => {
      const fresh = { from: seedOfCommit(Date.now()), seeds: freshSeeds };
      expect(broken(await runInParallel({ ...batch, ...fresh }))).toEqual([]);
    },
    timeoutMs,
  );

  test(
    'so with a provider of other numbers: it forgets keys after an hour and answers within five minutes',
    async () => {
      expect(broken(await runInParallel({ ...batch, seeds: hastySeeds, provider: 'hasty' }))).toEqual([]);
    },
    timeoutMs,
  );

  test(
    'the same seed gives the same trace',
    async () => {
      const [once, again] = [
        await runInParallel({ ...batch, seeds: 30 }),
        await runInParallel({ ...batch, seeds: 30 }),
      ];
      expect(again.hashes).toEqual(once.hashes);
      expect(new Set(once.hashes).size).toBe(30);
    },
    timeoutMs,
  );
});
