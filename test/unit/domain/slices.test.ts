import { describe, expect, test } from '@jest/globals';
import { dayMs, hourMs } from '../../../src/domain/model/instant.ts';
import { firstSliceMs, narrowerSliceMs, nextSliceMs } from '../../../src/domain/reconciliation/windows.ts';

/** More cannot be read in one run. */
const pagesMax = 2_000;

/** Pages of each slice of 45 days, for a shop that fills so many pages an hour. */
function pagesOf(pagesPerHour: (atMs: number) => number): readonly number[] {
  const read: number[] = [];
  for (let [at, sliceMs] = [0, firstSliceMs]; at < 45 * dayMs;) {
    const pages = Math.max(2, Math.ceil((sliceMs / hourMs) * pagesPerHour(at)));
    if (pages > pagesMax) {
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

  test('of a large shop stay short enough for one run', () => {
    for (const pagesPerHour of [1, 14, 60, 200]) expect(Math.max(...pagesOf(() => pagesPerHour))).toBeLessThan(1_300);
  });

  test('become shorter where a list was too long, because a shop sells more than before', () => {
    const pages = pagesOf((at) => (at < 20 * dayMs ? 0.1 : 30));
    expect(pages.at(-1)).toBeLessThan(400);
  });
});
