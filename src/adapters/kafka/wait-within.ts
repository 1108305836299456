import type { Clock } from '../../application/ports/clock.ts';

/** Waits for the work, but not longer than the bound; says whether it was finished. Failures of the work are its own. */
export const waitWithin = async (clock: Clock, boundMs: number, work: Promise<unknown>): Promise<boolean> => {
  const over = new AbortController();
  const finished = work.then(
    () => true,
    () => true,
  );
  const overdue = clock.wait(boundMs, over.signal).then(() => false);
  const isFinished = await Promise.race([finished, overdue]);
  over.abort();
  return isFinished;
};
