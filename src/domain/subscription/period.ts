import type { Instant } from '../model/instant.ts';
import type { PeriodLength } from '../model/tariff.ts';
import type { Policy } from '../model/policy.ts';
import type { Term } from '../model/subscription.ts';

const zoned = (instant: Instant, timeZone: string): Temporal.ZonedDateTime =>
  Temporal.Instant.fromEpochMilliseconds(instant).toZonedDateTimeISO(timeZone);

function duration(length: PeriodLength, times: number): Temporal.DurationLike {
  switch (length.unit) {
    case 'day':
      return { days: length.count * times };
    case 'month':
      return { months: length.count * times };
    case 'year':
      return { years: length.count * times };
  }
}

/**
 * Start of a period: the anchor plus whole calendar periods in the business time zone. It is counted from the anchor and
 * never from the previous start: 31 January, 28 February, 31 March. Counted from 28 February, it would stay on the 28th.
 */
export function periodStart(
  anchor: Instant,
  periodsAfterAnchor: number,
  length: PeriodLength,
  timeZone: string,
): Instant {
  return zoned(anchor, timeZone).add(duration(length, periodsAfterAnchor)).epochMilliseconds;
}

export type Anchor = { readonly at: Instant; readonly index: number };

/** Term number `periodIndex`, counted from the anchor; half-open. Its grace lasts no longer than the next period. */
export function termAt(
  anchor: Anchor,
  periodIndex: number,
  length: PeriodLength,
  { timeZone, graceMs }: Pick<Policy, 'timeZone' | 'graceMs'>,
): Term {
  const after = periodIndex - anchor.index;
  const periodEnd = periodStart(anchor.at, after + 1, length, timeZone);
  return {
    anchor: anchor.at,
    anchorIndex: anchor.index,
    periodIndex,
    periodStart: periodStart(anchor.at, after, length, timeZone),
    periodEnd,
    graceUntil: Math.min(periodEnd + graceMs, periodStart(anchor.at, after + 2, length, timeZone)),
  };
}

/** Same wall-clock time on the next calendar day of the business time zone. */
export const nextCalendarDay = (instant: Instant, timeZone: string): Instant =>
  zoned(instant, timeZone).add({ days: 1 }).epochMilliseconds;
