import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { hourMs, minuteMs, toIso } from '../../../src/domain/model/instant.ts';
import { whenChargingIsAllowed } from '../../../src/domain/subscription/charging-hours.ts';

const nineToNine = { fromMinutes: 9 * 60, untilMinutes: 21 * 60 };
const moscow = { chargingHours: nineToNine, timeZone: 'Europe/Moscow' };
const allowed = (at: string, hours = moscow): string => toIso(whenChargingIsAllowed(Date.parse(at), hours));

test.each([
  ['in the window', '2026-03-01T12:00:00.000Z', '2026-03-01T12:00:00.000Z'],
  ['at its first instant', '2026-03-01T06:00:00.000Z', '2026-03-01T06:00:00.000Z'],
  ['before it', '2026-03-01T05:59:59.999Z', '2026-03-01T06:00:00.000Z'],
  ['at its end', '2026-03-01T18:00:00.000Z', '2026-03-02T06:00:00.000Z'],
  ['after it, at the end of a month', '2026-02-28T20:00:00.000Z', '2026-03-01T06:00:00.000Z'],
])('a charge that is due %s', (_when, at, expected) => {
  expect(allowed(at)).toBe(expected);
});

test('without a window a charge is made when it is due', () => {
  expect(whenChargingIsAllowed(17, { chargingHours: null, timeZone: 'Europe/Moscow' })).toBe(17);
});

test('a clock that is put forward skips the opening, and one that is put back has the first of two', () => {
  const berlin = { chargingHours: { fromMinutes: 150, untilMinutes: 600 }, timeZone: 'Europe/Berlin' };
  expect(allowed('2026-03-29T00:00:00.000Z', berlin)).toBe('2026-03-29T01:00:00.000Z');
  expect(allowed('2026-10-24T23:00:00.000Z', berlin)).toBe('2026-10-25T00:30:00.000Z');
  // 2:10 of the second time: the window has opened and closed with the clock.
  expect(allowed('2026-10-25T01:10:00.000Z', berlin)).toBe('2026-10-25T01:30:00.000Z');
});

const zones = [
  'Europe/Moscow',
  'Europe/Berlin',
  'America/New_York',
  'Asia/Beirut',
  'Australia/Lord_Howe',
  'Asia/Kathmandu',
];
const instants = fc.integer({ min: Date.parse('2000-01-01T00:00:00Z'), max: Date.parse('2060-12-31T00:00:00Z') });
const windows = fc
  .record({ fromMinutes: fc.integer({ min: 0, max: 20 * 60 }), lasts: fc.integer({ min: 4 * 60, max: 24 * 60 }) })
  .map(({ fromMinutes, lasts }) => ({ fromMinutes, untilMinutes: Math.min(fromMinutes + lasts, 24 * 60) }));

/** By another calendar than the rule's. */
function minutesIn(timeZone: string, at: number): number {
  const parts = new Intl.DateTimeFormat('en-GB', { timeZone, hour: '2-digit', minute: '2-digit', hourCycle: 'h23' });
  const [hour = 0, minute = 0] = parts.format(at).split(':').map(Number);
  return hour * 60 + minute;
}

test('in any zone and on any day it is never early, in the window, and the first such instant', () => {
  fc.assert(
    fc.property(instants, windows, fc.constantFrom(...zones), (at, chargingHours, timeZone) => {
      const isIn = (instant: number): boolean => {
        const minutes = minutesIn(timeZone, instant);
        return minutes >= chargingHours.fromMinutes && minutes < chargingHours.untilMinutes;
      };
      const found = whenChargingIsAllowed(at, { chargingHours, timeZone });
      expect(found).toBeGreaterThanOrEqual(at);
      expect(found - at).toBeLessThan(25 * hourMs);
      expect(isIn(found)).toBe(true);
      expect(whenChargingIsAllowed(found, { chargingHours, timeZone })).toBe(found);
      for (let before = at; before < found; before += 7 * minuteMs) expect(isIn(before)).toBe(false);
    }),
    { numRuns: 500 },
  );
});

test('the same holds around every change of the clock, minute by minute', () => {
  const zoneOfChange = fc.constantFrom('Europe/Berlin', 'America/New_York', 'Asia/Beirut', 'Australia/Lord_Howe');
  const before = fc.integer({ min: -3 * 60, max: 26 * 60 });
  fc.assert(
    fc.property(instants, windows, zoneOfChange, before, (near, { fromMinutes, untilMinutes }, timeZone, minutes) => {
      const zoned = Temporal.Instant.fromEpochMilliseconds(near).toZonedDateTimeISO(timeZone);
      const change = zoned.getTimeZoneTransition('next')?.epochMilliseconds ?? near;
      const at = change - minutes * minuteMs;
      const isIn = (instant: number): boolean => {
        const local = Temporal.Instant.fromEpochMilliseconds(instant).toZonedDateTimeISO(timeZone);
        return local.hour * 60 + local.minute >= fromMinutes && local.hour * 60 + local.minute < untilMinutes;
      };
      let first = at;
      while (!isIn(first)) first += minuteMs;
      const found = whenChargingIsAllowed(at, { chargingHours: { fromMinutes, untilMinutes }, timeZone });
      expect(toIso(found)).toBe(toIso(first));
    }),
    { numRuns: 100 },
  );
});
