import { describe, expect, test } from '@jest/globals';
import { dayMs, hourMs, secondMs } from '../../../src/domain/model/instant.ts';
import {
  firstSliceMs,
  narrowerSliceMs,
  nextSliceMs,
  sliceReadMsMax,
  windowNames,
} from '../../../src/domain/reconciliation/windows.ts';

/** Two pages a second are read, and the three windows may take turns. */
const pagesMax = ((sliceReadMsMax / secondMs) * 2) / windowNames.length;

/** Pages of each slice of so many days, for a shop that fills so many pages an hour. */
function pagesOf(pagesPerHour: (atMs: number) => number, days = 45): readonly number[] {
  const read: number[] = [];
  for (let [at, sliceMs] = [0, firstSliceMs]; at < days * dayMs;) {
    const pages = Math.max(2, Math.ceil((sliceMs / hourMs) * pagesPerHour(at)));
    if (pages > pagesMax) {
      if (narrowerSliceMs(sliceMs) === sliceMs) throw new Error('It is never read.');
      sliceMs = narrowerSliceMs(sliceMs);
    } else {
      read.push(pages);
      at += sliceMs;
      sliceMs = nextSliceMs(sliceMs, pages);
    }
  }
  return read;
}

describe('the slices of a comparison', () => {
  test('are few for an empty shop', () => {
    expect(pagesOf(() => 0).reduce((sum, pages) => sum + pages)).toBeLessThan(20);
  });

  // A hundred charges a second fill 3,600 pages an hour.
  test.each([1, 14, 60, 200, 3_600])(
    'of a shop with %d pages an hour can all be read in their time',
    (pagesPerHour) => {
      const pages = pagesOf(() => pagesPerHour, 4);
      expect(pages.reduce((sum, count) => sum + count)).toBeGreaterThanOrEqual(pagesPerHour * 24 * 4);
    },
  );

  test('become shorter where a list was too long, because a shop sells more than before', () => {
    const pages = pagesOf((at) => (at < 20 * dayMs ? 0.1 : 30));
    expect(pages.at(-1)).toBeLessThan(pagesMax);
  });
});
