import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { toIso } from '../../../src/domain/model/instant.ts';
import { defaultPolicy } from '../../../src/domain/model/policy.ts';
import { nextCalendarDay, periodStart, termAt } from '../../../src/domain/subscription/period.ts';
import type { PeriodLength } from '../../../src/domain/model/tariff.ts';

const moscow = 'Europe/Moscow';
const month: PeriodLength = { count: 1, unit: 'month' };
const starts = (anchor: string, length: PeriodLength, count: number) =>
  Array.from({ length: count }, (_, index) =>
    toIso(periodStart(Date.parse(anchor), index, length, moscow)).slice(0, 10),
  );

const anchors = fc.integer({ min: Date.parse('2000-01-01T00:00:00Z'), max: Date.parse('2099-12-31T00:00:00Z') });
const lengths = fc.record({
  count: fc.integer({ min: 1, max: 12 }),
  unit: fc.constantFrom('day' as const, 'month' as const, 'year' as const),
});

describe('periods', () => {
  test('an anchor on the 31st comes back to the 31st after a short month', () => {
    expect(starts('2026-01-31T09:00:00Z', month, 5)).toEqual([
      '2026-01-31',
      '2026-02-28',
      '2026-03-31',
      '2026-04-30',
      '2026-05-31',
    ]);
  });

  test('a leap day comes back every fourth year', () => {
    expect(starts('2028-02-29T09:00:00Z', { count: 1, unit: 'year' }, 5)).toEqual([
      '2028-02-29',
      '2029-02-28',
      '2030-02-28',
      '2031-02-28',
      '2032-02-29',
    ]);
  });

  test('the day is counted in the business time zone, not in UTC', () => {
    expect(toIso(periodStart(Date.parse('2026-01-30T22:00:00Z'), 1, month, moscow))).toBe('2026-02-27T22:00:00.000Z');
  });

  test('tile without gap or overlap and grow without end, whatever the anchor', () => {
    fc.assert(
      fc.property(anchors, lengths, fc.integer({ min: 0, max: 60 }), (anchor, length, index) => {
        const term = termAt({ at: anchor, index: 0 }, index, length, defaultPolicy);
        const next = termAt({ at: anchor, index: 0 }, index + 1, length, defaultPolicy);
        expect(next.periodStart).toBe(term.periodEnd);
        expect(term.periodEnd).toBeGreaterThan(term.periodStart);
      }),
    );
  });

  test('a monthly period starts on the anchor day, or on the last day of a shorter month', () => {
    fc.assert(
      fc.property(anchors, fc.integer({ min: 0, max: 600 }), (anchor, index) => {
        const day = (instant: number) => Temporal.Instant.fromEpochMilliseconds(instant).toZonedDateTimeISO(moscow);
        const start = day(periodStart(anchor, index, month, moscow));
        expect(start.day).toBe(Math.min(day(anchor).day, start.daysInMonth));
      }),
    );
  });

  test('an anchor moved to a later index numbers the periods on', () => {
    const anchor = Date.parse('2026-05-10T09:00:00Z');
    expect(termAt({ at: anchor, index: 4 }, 4, month, defaultPolicy)).toMatchObject({
      periodIndex: 4,
      periodStart: anchor,
    });
  });

  test('the next calendar day keeps the time of day', () => {
    expect(toIso(nextCalendarDay(Date.parse('2026-02-28T20:30:00Z'), moscow))).toBe('2026-03-01T20:30:00.000Z');
  });
});
