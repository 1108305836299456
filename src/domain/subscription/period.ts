import type { Instant } from '../model/instant.ts';
import type { PeriodLength } from '../model/tariff.ts';
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
 * Start of period `index`: anchor + (index − anchorIndex) calendar periods in the business time zone. Always from the
 * anchor, never from the previous start: 31 January, 28 February, 31 March; chaining would slip to the 28th for ever.
 */
export function periodStart(
  anchor: Instant,
  periodsAfterAnchor: number,
  length: PeriodLength,
  timeZone: string,
): Instant {
  return zoned(anchor, timeZone).add(duration(length, periodsAfterAnchor)).epochMilliseconds;
}

/** The half-open term number `periodIndex` of the anchor. */
export function termAt(
  anchor: { readonly at: Instant; readonly index: number },
  periodIndex: number,
  length: PeriodLength,
  timeZone: string,
): Term {
  const after = periodIndex - anchor.index;
  return {
    anchor: anchor.at,
    anchorIndex: anchor.index,
    periodIndex,
    periodStart: periodStart(anchor.at, after, length, timeZone),
    periodEnd: periodStart(anchor.at, after + 1, length, timeZone),
  };
}

/** Same wall-clock time on the next calendar day of the business time zone. */
export const nextCalendarDay = (instant: Instant, timeZone: string): Instant =>
  zoned(instant, timeZone).add({ days: 1 }).epochMilliseconds;
