import type { Instant } from '../../domain/model/instant.ts';

export type TestClock = {
  readonly id: string;
  readonly name: string;
  readonly now: Instant;
  /** Where it is being moved to; equal to `now` when it stands still. */
  readonly target: Instant;
  readonly status: 'ready' | 'advancing';
};

/** Clocks of their own for trying out the years ahead. Absent from production configuration. */
export type TestClocks = {
  readonly create: (clock: { readonly name: string; readonly now: Instant }) => Promise<TestClock>;
  readonly find: (id: string) => Promise<TestClock | null>;
  /** Moves the target forward only; null when there is no such clock, `earlier` when `to` is before its now. */
  readonly setTarget: (id: string, to: Instant) => Promise<TestClock | 'earlier' | null>;
  readonly findAdvancing: (limit: number) => Promise<readonly TestClock[]>;
  /** One step forward, compare-and-set on `now`; false when somebody else stepped first. Becomes `ready` when `to` is the target. */
  readonly step: (
    id: string,
    step: { readonly from: Instant; readonly to: Instant; readonly ready: boolean },
  ) => Promise<boolean>;
};

/** Where else the clock must be kept: the provider's sandbox. */
export type TestClockMirror = { readonly set: (id: string, now: Instant) => Promise<void> };
