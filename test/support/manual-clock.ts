import type { Clock } from '../../src/application/ports/clock.ts';

/** A clock that stands still until it is moved; a wait on it ends when its time has come. */
export type ManualClock = Clock & { readonly advance: (ms: number) => void; readonly set: (instant: number) => void };

export function createManualClock(start: number): ManualClock {
  let now = start;
  const sleepers = new Set<{ readonly at: number; readonly wake: () => void }>();
  const move = (to: number): void => {
    now = to;
    for (const sleeper of sleepers) if (sleeper.at <= now) sleeper.wake();
  };
  return {
    now: () => now,
    monotonicMs: () => now - start,
    wait: (ms, signal) =>
      new Promise((resolve) => {
        if (ms <= 0 || signal?.aborted === true) {
          resolve();
          return;
        }
        const sleeper = { at: now + ms, wake: () => wake() };
        const wake = (): void => {
          sleepers.delete(sleeper);
          resolve();
        };
        sleepers.add(sleeper);
        signal?.addEventListener('abort', wake, { once: true });
      }),
    advance: (ms) => move(now + ms),
    set: move,
  };
}
