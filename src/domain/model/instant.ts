/** Milliseconds since the Unix epoch, UTC. The domain never reads a clock: the context has the time. */
export type Instant = number;

export const secondMs = 1_000;
export const minuteMs = 60 * secondMs;
export const hourMs = 60 * minuteMs;
export const dayMs = 24 * hourMs;

/** RFC 3339 in UTC with milliseconds and `Z`, as in every message and answer. */
export const toIso = (instant: Instant): string => new Date(instant).toISOString();

export const toIsoOrNull = (instant: Instant | null): string | null => (instant === null ? null : toIso(instant));
