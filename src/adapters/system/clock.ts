import type { Clock } from '../../application/ports/clock.ts';

/** A timer longer than this fires at once instead of late, so a longer wait is cut here; waits are re-decided when over. */
const waitMaxMs = 2 ** 31 - 1;

function wait(ms: number, signal?: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal?.aborted === true) {
      resolve();
      return;
    }
    const finish = (): void => {
      clearTimeout(timer);
      signal?.removeEventListener('abort', finish);
      resolve();
    };
    const timer = setTimeout(finish, Math.min(Math.max(ms, 0), waitMaxMs));
    // A pending wait must not hold up a process that has nothing else to do.
    timer.unref();
    signal?.addEventListener('abort', finish, { once: true });
  });
}

export const systemClock: Clock = {
  now: () => Date.now(),
  monotonicMs: () => performance.now(),
  wait,
};
