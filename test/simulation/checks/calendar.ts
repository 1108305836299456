import { dayMs, hourMs } from '../../../src/domain/model/instant.ts';
import type { PeriodLength } from '../../../src/domain/model/tariff.ts';

/** Moscow has kept one offset since 2014: that makes a second, simpler calendar to check the first one by. */
const offsetMs = 3 * hourMs;

/** Start of the period `count` lengths after the anchor; a day that a month lacks is its last one. */
export function startAfter(anchor: number, count: number, { count: each, unit }: PeriodLength): number {
  if (unit === 'day') return anchor + count * each * dayMs;
  const local = new Date(anchor + offsetMs);
  const months = local.getUTCFullYear() * 12 + local.getUTCMonth() + count * each * (unit === 'year' ? 12 : 1);
  const [year, month] = [Math.floor(months / 12), months % 12];
  const lastDay = new Date(Date.UTC(year, month + 1, 0)).getUTCDate();
  const timeOfDay = (anchor + offsetMs) % dayMs;
  return Date.UTC(year, month, Math.min(local.getUTCDate(), lastDay)) + timeOfDay - offsetMs;
}
