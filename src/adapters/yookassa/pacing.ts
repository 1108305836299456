import type { Clock } from '../../application/ports/clock.ts';

export type PacingOptions = {
  /** Calls begun per second, on average. The provider publishes no limit and answers 429 above its own. */
  readonly requestsPerSecond: number;
  /** Calls under way at once: bounds sockets and the memory of their answers. */
  readonly concurrencyMax: number;
};

export type Pacing = {
  /** A slot for one call, or null at once when none is free. A second release has no effect. */
  readonly reserve: () => { readonly release: () => void } | null;
};

/** A token bucket that holds one second's calls. */
export function createPacing(options: PacingOptions, clock: Pick<Clock, 'monotonicMs'>): Pacing {
  let underWay = 0;
  let tokens = options.requestsPerSecond;
  let refilledAtMs = clock.monotonicMs();
  const refill = (): void => {
    const nowMs = clock.monotonicMs();
    const earned = ((nowMs - refilledAtMs) / 1_000) * options.requestsPerSecond;
    tokens = Math.min(options.requestsPerSecond, tokens + earned);
    refilledAtMs = nowMs;
  };
  return {
    reserve: () => {
      refill();
      if (tokens < 1 || underWay >= options.concurrencyMax) return null;
      tokens -= 1;
      underWay += 1;
      let isHeld = true;
      return {
        release: () => {
          if (isHeld) underWay -= 1;
          isHeld = false;
        },
      };
    },
  };
}
