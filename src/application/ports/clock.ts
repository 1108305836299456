import type { Instant } from '../../domain/model/instant.ts';

/** Real time. `monotonicMs` never jumps and is compared only with itself. Every wait is `wait`, so tests control time. */
export type Clock = {
  readonly now: () => Instant;
  readonly monotonicMs: () => number;
  /** Resolves after `ms`, or at once when the signal aborts. Never rejects, and does not keep the process alive. */
  readonly wait: (ms: number, signal?: AbortSignal) => Promise<void>;
};
