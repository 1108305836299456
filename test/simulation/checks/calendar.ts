import { dayMs, hourMs } from '../../../src/domain/model/instant.ts';
import type { PeriodLength } from '../../../src/domain/model/tariff.ts';

/** Moscow has had one offset since 2014. So a second, simpler calendar can check the first one. */
const offsetMs = 3 * hourMs;

/** Start of the period `count` lengths after the anchor; a day that a month lacks becomes its last day. */
export function startAfter(anchor: number, count: number, { count: each, unit }: PeriodLength): number {
  if (unit === 'day') return anchor + count * each * dayMs;
  const local = new Date(anchor + offsetMs);
  const months = local.getUTCFullYear() * 12 + local.getUTCMonth() + count * each * (unit === 'year' ? 12 : 1);
  const [year, month] = [Math.floor(months / 12), months % 12];
  const lastDay = new Date(Date.UTC(year, month + 1, 0)).getUTCDate();
  const timeOfDay = (anchor + offsetMs) % dayMs;
  return Date.UTC(year, month, Math.min(local.getUTCDate(), lastDay)) + timeOfDay - offsetMs;
}
