import { execFileSync } from 'node:child_process';

/** More than two cores run in a second, so that a run which begins after another has ended begins beyond its seeds. */
const seedsPerSecond = 50;
/** Random numbers have a state of 32 bits. There are enough seeds for 2.7 years, and then they begin again. */
const seedsMax = 2 ** 32;

/** A seed that was never run: what a range finds is corrected, and then the range proves nothing more. */
export const freshSeed = (now: number): number => (Math.floor(now / 1000) * seedsPerSecond) % seedsMax;

/**
 * A seed that is new with each commit, and the same in each run of it: what fails once fails again, and where it passed, it passes.
 * Without a history it comes from the clock.
 */
export function seedOfCommit(now: number): number {
  try {
    const revision = execFileSync('git', ['rev-parse', 'HEAD'], {
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'ignore'],
    });
    return Number.parseInt(revision.slice(0, 8), 16);
  } catch {
    return freshSeed(now);
  }
}
