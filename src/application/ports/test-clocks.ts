import type { Instant } from '../../domain/model/instant.ts';

export type TestClock = {
  readonly id: string;
  readonly name: string;
  readonly now: Instant;
  /** The time it is moved to; equal to `now` when it stands still. */
  readonly target: Instant;
  readonly status: 'ready' | 'advancing';
};

/** Clocks that can be moved years ahead for tests. Production configuration has none. */
export type TestClocks = {
  readonly create: (clock: { readonly name: string; readonly now: Instant }) => Promise<TestClock>;
  readonly find: (id: string) => Promise<TestClock | null>;
  /** Moves the target forward only; null when the clock does not exist, `earlier` when `to` is before its now. */
  readonly setTarget: (id: string, to: Instant) => Promise<TestClock | 'earlier' | null>;
  readonly findAdvancing: (limit: number) => Promise<readonly TestClock[]>;
  /** One step by compare-and-set on `now`; false when another process stepped first. `ready`: ends it if `to` is the target. */
  readonly step: (
    id: string,
    step: { readonly from: Instant; readonly to: Instant; readonly ready: boolean },
  ) => Promise<boolean>;
};

/** Sets the same clock in the provider's sandbox. */
export type TestClockMirror = { readonly set: (id: string, now: Instant) => Promise<void> };
