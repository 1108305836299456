import type { Clock } from '../../../application/ports/clock.ts';

/** Waits for the work, but not longer than the bound. Failures of the work are its own. */
export async function waitWithin(clock: Clock, boundMs: number, work: Promise<unknown>): Promise<void> {
  await Promise.race([work.catch(() => undefined), clock.wait(boundMs)]);
}
