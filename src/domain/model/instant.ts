/** Milliseconds since the Unix epoch, UTC. The domain never reads a clock: the context has the time. */
export type Instant = number;

export const secondMs = 1_000;
export const minuteMs = 60 * secondMs;
export const hourMs = 60 * minuteMs;
export const dayMs = 24 * hourMs;

/** Longer than any claim lasts, and than clocks of ours differ where they are kept. */
export const aheadMsMax = 2 * hourMs;

/** Whether a clock that is hours ahead wrote this instant, as the time of a claim or of its own. No one waits until then. */
export const isAhead = (at: Instant, now: Instant): boolean => at > now + aheadMsMax;

/** Null outside the years of four digits: a broker accepts any number as a time, and writes -1 for none. */
export const writableOrNull = (instant: number): Instant | null =>
  instant >= 0 && instant < Date.UTC(10_000, 0) ? instant : null;

/** RFC 3339 in UTC with milliseconds and `Z`, as in every message and answer. */
export const toIso = (instant: Instant): string => new Date(instant).toISOString();

export const toIsoOrNull = (instant: Instant | null): string | null => (instant === null ? null : toIso(instant));

/** No clock of a process that is kept is off by more. */
export const clocksApartMs = 60 * minuteMs;
