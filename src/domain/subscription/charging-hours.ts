import type { Instant } from '../model/instant.ts';
import type { Policy } from '../model/policy.ts';

type Hours = Pick<Policy, 'chargingHours' | 'timeZone'>;

const minutesOf = ({ hour, minute }: Temporal.PlainTime): number => hour * 60 + minute;

/**
 * The first instant from `at` on at which we may charge by ourselves. A clock that is put back may show the first minute of
 * the window twice, so both are tried; one that is put forward may skip it, so the change itself is tried.
 */
export function whenChargingIsAllowed(at: Instant, { chargingHours, timeZone }: Hours): Instant {
  if (chargingHours === null) return at;
  const { fromMinutes, untilMinutes } = chargingHours;
  const isAllowed = (zoned: Temporal.ZonedDateTime): boolean => {
    const minutes = minutesOf(zoned.toPlainTime());
    return minutes >= fromMinutes && minutes < untilMinutes;
  };
  const zoned = Temporal.Instant.fromEpochMilliseconds(at).toZonedDateTimeISO(timeZone);
  if (isAllowed(zoned)) return at;
  const opening = new Temporal.PlainTime(Math.floor(fromMinutes / 60), fromMinutes % 60);
  const openings = [0, 1, 2].flatMap((days) => {
    const opens = zoned.toPlainDate().add({ days }).toPlainDateTime(opening);
    return (['earlier', 'later'] as const).map((disambiguation) => opens.toZonedDateTime(timeZone, { disambiguation }));
  });
  const change = zoned.getTimeZoneTransition('next');
  const ahead = [...openings, ...(change === null ? [] : [change])].filter(
    (opens) => opens.epochMilliseconds >= at && isAllowed(opens),
  );
  return Math.min(...ahead.map(({ epochMilliseconds }) => epochMilliseconds));
}
