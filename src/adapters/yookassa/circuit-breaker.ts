import type { Clock } from '../../application/ports/clock.ts';

export type CircuitOptions = {
  /** Failures in a row after which the provider is left alone. */
  readonly failuresMax: number;
  /** How long it is left alone before one call may try again. */
  readonly openMs: number;
};

/** `fatal` opens at once (our credentials are refused); `neutral` proves nothing about the provider. */
export type CallHealth = 'good' | 'bad' | 'fatal' | 'neutral';

export type CircuitBreaker = {
  /** Lets a call out and takes how it went, or null: told at once, without a call. */
  readonly enter: () => ((health: CallHealth) => void) | null;
  /** From the failure that was too much until a call has succeeded. */
  readonly isOpen: () => boolean;
};

/** Leaves a provider alone that does not answer; after a while one call at a time tries whether it is back. */
export function createCircuitBreaker(options: CircuitOptions, clock: Pick<Clock, 'monotonicMs'>): CircuitBreaker {
  let failures = 0;
  let openUntilMs: number | null = null;
  let isProbing = false;
  // Calls that went out before the circuit changed say nothing about the time after it.
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
