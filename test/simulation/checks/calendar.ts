import { dayMs, hourMs, minuteMs } from '../../../src/domain/model/instant.ts';
import type { PeriodLength } from '../../../src/domain/model/tariff.ts';

/** When summer time begins or ends: on the first or last Sunday of a month, at this time of day in UTC of that Sunday. */
type Change = { readonly month: number; readonly which: 'first' | 'last'; readonly atMs: number };
type Zone = {
  readonly offsetMs: number;
  readonly summer: { readonly offsetMs: number; readonly from: Change; readonly until: Change } | null;
};

/** By the laws of 2026, so that a second, simpler calendar can check the first one. */
const zones = {
  'Europe/Moscow': { offsetMs: 3 * hourMs, summer: null },
  'Europe/Berlin': {
    offsetMs: hourMs,
    summer: {
      offsetMs: 2 * hourMs,
      from: { month: 2, which: 'last', atMs: hourMs },
      until: { month: 9, which: 'last', atMs: hourMs },
    },
  },
  // In the south summer lasts over the new year, and here it moves the clock by half an hour. The Sunday is a local one.
  'Australia/Lord_Howe': {
    offsetMs: 10.5 * hourMs,
    summer: {
      offsetMs: 11 * hourMs,
      from: { month: 9, which: 'first', atMs: 2 * hourMs - 10.5 * hourMs },
      until: { month: 3, which: 'first', atMs: 2 * hourMs - 11 * hourMs },
    },
  },
} as const satisfies Readonly<Record<string, Zone>>;

export type ZoneName = keyof typeof zones;

let zone: Zone = zones['Europe/Moscow'];

/** From now on the calendar is that of this zone: one life runs at a time. */
export const liveIn = (name: ZoneName): void => void (zone = zones[name]);

function changeIn(year: number, { month, which, atMs }: Change): number {
  const day = Date.UTC(year, which === 'first' ? month : month + 1, which === 'first' ? 1 : 0);
  const weekday = new Date(day).getUTCDay();
  return day + (which === 'first' ? (7 - weekday) % 7 : -weekday) * dayMs + atMs;
}

/** Both changes of the year, the earlier one first. */
export function changesOf(name: ZoneName, year: number): readonly number[] {
  const { summer }: Zone = zones[name];
  return summer === null ? [] : [changeIn(year, summer.from), changeIn(year, summer.until)].toSorted((a, b) => a - b);
}

function offsetAt(at: number): number {
  const { summer, offsetMs } = zone;
  if (summer === null) return offsetMs;
  const year = new Date(at).getUTCFullYear();
  const [from, until] = [changeIn(year, summer.from), changeIn(year, summer.until)];
  const isSummer = from < until ? at >= from && at < until : at >= from || at < until;
  return isSummer ? summer.offsetMs : offsetMs;
}

/** The instant at which clocks show this; the first of two. Where clocks skip it, as much later as they skip. */
function instantOf(local: number): number {
  const offsets = [zone.summer?.offsetMs ?? zone.offsetMs, zone.offsetMs];
  const shown = offsets.map((offset) => local - offset).find((at) => at + offsetAt(at) === local);
  return shown ?? local - zone.offsetMs;
}

/** Whether clocks change within a day. */
export const isNearChange = (at: number): boolean => offsetAt(at - dayMs) !== offsetAt(at + dayMs);

const minutesPerDay = 24 * 60;

/** Minutes of the day that clocks show. */
export const minutesAt = (at: number): number => Math.floor((at + offsetAt(at)) / minuteMs) % minutesPerDay;

/** Such as `02-29`. */
export const dayOfYear = (at: number): string => new Date(at + offsetAt(at)).toISOString().slice(5, 10);

/** Start of the period `count` lengths after the anchor; a day that a month lacks becomes its last day. */
export function startAfter(anchor: number, count: number, { count: each, unit }: PeriodLength): number {
  if (count === 0) return anchor;
  const shown = anchor + offsetAt(anchor);
  if (unit === 'day') return instantOf(shown + count * each * dayMs);
  const local = new Date(shown);
  const months = local.getUTCFullYear() * 12 + local.getUTCMonth() + count * each * (unit === 'year' ? 12 : 1);
  const [year, month] = [Math.floor(months / 12), months % 12];
  const lastDay = new Date(Date.UTC(year, month + 1, 0)).getUTCDate();
  return instantOf(Date.UTC(year, month, Math.min(local.getUTCDate(), lastDay)) + (shown % dayMs));
}
