import type { Clock } from '../../application/ports/clock.ts';

export type CircuitOptions = {
  /** Consecutive failures that open the circuit. */
  readonly failuresMax: number;
  /** How long the circuit stays open before one call may probe. */
  readonly openMs: number;
};

/** `fatal` opens at once (our credentials are refused); `neutral` proves nothing about the provider. */
export type CallHealth = 'good' | 'bad' | 'fatal' | 'neutral';

export type CircuitBreaker = {
  /** Admits a call and returns the function that takes its health; null when the circuit refuses the call. */
  readonly enter: () => ((health: CallHealth) => void) | null;
  /** True from the failure that opened the circuit until a probe has succeeded. */
  readonly isOpen: () => boolean;
};

/** Refuses calls to a provider that does not answer. After a while one call at a time probes whether it is back. */
export function createCircuitBreaker(options: CircuitOptions, clock: Pick<Clock, 'monotonicMs'>): CircuitBreaker {
  let failures = 0;
  let openUntilMs: number | null = null;
  let isProbing = false;
  // The health of a call that began before the circuit changed must not change it again.
  let generation = 0;

  const change = (untilMs: number | null): void => {
    openUntilMs = untilMs;
    isProbing = false;
    failures = 0;
    generation += 1;
  };
  const record = (health: CallHealth): void => {
    if (health === 'good' && !isProbing) failures = 0;
    if (health === 'good' && isProbing) change(null);
    if (health === 'bad') failures += 1;
    const isOver = health === 'fatal' || failures >= options.failuresMax;
    // A probe that failed or proved nothing leaves the circuit open for another while.
    if (isOver || (isProbing && health !== 'good')) change(clock.monotonicMs() + options.openMs);
  };
  return {
    isOpen: () => openUntilMs !== null,
    enter: () => {
      if (openUntilMs !== null) {
        if (isProbing || clock.monotonicMs() < openUntilMs) return null;
        isProbing = true;
      }
      const ticket = generation;
      return (health) => {
        if (ticket === generation) record(health);
      };
    },
  };
}
