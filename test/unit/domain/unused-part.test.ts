import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { dayMs } from '../../../src/domain/model/instant.ts';
import { testPolicy } from '../../support/policy.ts';
import { termAt } from '../../../src/domain/subscription/period.ts';
import { refundableMinor, unusedMinor } from '../../../src/domain/subscription/unused-part.ts';

const timeZone = fc.constantFrom('Europe/Moscow', 'Europe/Berlin', 'America/St_Johns', 'Pacific/Apia', 'UTC');
const anchor = fc.oneof(
  fc.integer({ min: Date.parse('2000-01-01T00:00:00Z'), max: Date.parse('2099-12-31T00:00:00Z') }),
  fc.constantFrom('2028-02-29T09:00:00Z', '2026-03-28T23:30:00Z', '2026-10-24T22:30:00Z').map(Date.parse),
);
const length = fc.record({
  count: fc.integer({ min: 1, max: 12 }),
  unit: fc.constantFrom('day' as const, 'month' as const, 'year' as const),
});
const period = fc
  .record({ timeZone, anchor, length, index: fc.nat(60) })
  .map((one) => termAt({ at: one.anchor, index: 0 }, one.index, one.length, { ...testPolicy, ...one }));
const paidMinor = fc.oneof(
  fc.integer({ min: 1, max: 100_000_000 }),
  fc.integer({ min: 1, max: Number.MAX_SAFE_INTEGER }),
);
const share = fc.double({ min: 0, max: 1, noNaN: true });

/** An instant of the period. */
const within = ({ periodStart, periodEnd }: { periodStart: number; periodEnd: number }, part: number): number =>
  periodStart + Math.floor(part * (periodEnd - periodStart));

describe('the unused part of a payment', () => {
  test('is never negative and never more than was paid', () => {
    fc.assert(
      fc.property(period, paidMinor, fc.integer({ min: -400, max: 800 }), (term, paid, days) => {
        const unused = unusedMinor(paid, term, term.periodStart + days * dayMs);
        expect(unused).toBeGreaterThanOrEqual(0);
        expect(unused).toBeLessThanOrEqual(paid);
      }),
    );
  });

  test('and the used part are what was paid, rounded up by less than a kopeck', () => {
    fc.assert(
      fc.property(period, paidMinor, share, (term, paid, part) => {
        const at = within(term, part);
        const lengthMs = BigInt(term.periodEnd - term.periodStart);
        const over =
          BigInt(unusedMinor(paid, term, at)) * lengthMs +
          BigInt(paid) * BigInt(at - term.periodStart) -
          BigInt(paid) * lengthMs;
        expect(over >= 0n && over < lengthMs).toBe(true);
      }),
    );
  });

  test('never grows with time', () => {
    fc.assert(
      fc.property(period, paidMinor, share, share, (term, paid, one, other) => {
        const [early, late] = [Math.min(one, other), Math.max(one, other)].map((part) => within(term, part)) as [
          number,
          number,
        ];
        expect(unusedMinor(paid, term, late)).toBeLessThanOrEqual(unusedMinor(paid, term, early));
      }),
    );
  });

  test('is everything until the period begins, and nothing from its end on', () => {
    fc.assert(
      fc.property(period, paidMinor, (term, paid) => {
        expect(unusedMinor(paid, term, term.periodStart - dayMs)).toBe(paid);
        expect(unusedMinor(paid, term, term.periodStart)).toBe(paid);
        expect(unusedMinor(paid, term, term.periodEnd - 1)).toBeGreaterThan(0);
        expect(unusedMinor(paid, term, term.periodEnd)).toBe(0);
        expect(unusedMinor(paid, term, term.periodEnd + dayMs)).toBe(0);
      }),
    );
  });
});

describe('what the provider can refund', () => {
  test.each([
    ['half of a payment', 14_950, 29_900, 14_950],
    ['its minimum', 100, 29_900, 100],
    ['less than its minimum', 99, 29_900, 0],
    ['no more than is left', 20_000, 10_000, 10_000],
    ['a part that leaves the minimum', 29_800, 29_900, 29_800],
    ['a part that leaves less, as the whole', 29_801, 29_900, 29_900],
    ['nothing of what went back', 20_000, 0, 0],
  ])('%s', (_, wanted, left, back) => {
    expect(refundableMinor(wanted, left, testPolicy)).toBe(back);
  });

  test('leaves nothing or the minimum, whatever is asked for', () => {
    fc.assert(
      fc.property(fc.nat(100_000), fc.nat(100_000), (wanted, left) => {
        const back = refundableMinor(wanted, left, testPolicy);
        const stays = left - back;
        expect(back === 0 || back >= testPolicy.minRefundMinor).toBe(true);
        expect(back === 0 || stays === 0 || stays >= testPolicy.remainderMinMinor).toBe(true);
      }),
    );
  });
});
