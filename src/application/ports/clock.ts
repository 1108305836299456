import type { Instant } from '../../domain/model/instant.ts';

/** Real time. `monotonicMs` never jumps and is compared only with itself; `wait` is the one way to let time pass. */
export type Clock = {
  readonly now: () => Instant;
  readonly monotonicMs: () => number;
  /** Resolves after `ms`, or at once when the signal aborts; never rejects and keeps no process alive. */
  readonly wait: (ms: number, signal?: AbortSignal) => Promise<void>;
};
