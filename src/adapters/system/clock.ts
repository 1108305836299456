import type { Clock } from '../../application/ports/clock.ts';

/** Node.js fires a longer timer after 1 ms, so a longer wait ends here and its caller decides again. */
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
    // A pending wait must not keep a process alive that has nothing else to do.
    timer.unref();
    signal?.addEventListener('abort', finish, { once: true });
  });
}

export const systemClock: Clock = {
  now: () => Date.now(),
  monotonicMs: () => performance.now(),
  wait,
};
