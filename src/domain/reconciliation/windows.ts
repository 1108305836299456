import { dayMs, hourMs, isAhead, minuteMs, type Instant } from '../model/instant.ts';
import { youngMs } from './compare-payment.ts';

/** How often how much of the past is compared. Whole windows are read again: what was under way then has ended since. */
export const windows = {
  recent: { everyMs: 10 * minuteMs, reachMs: 3 * hourMs },
  nightly: { everyMs: dayMs, reachMs: 4 * dayMs },
  weekly: { everyMs: 7 * dayMs, reachMs: 45 * dayMs },
} as const;

/** A slice that differed is compared again so soon: what a person has put right is seen, whatever its window. */
export const againMs = windows.recent.everyMs;

export type WindowName = keyof typeof windows;
export const windowNames = Object.keys(windows) as readonly WindowName[];

/**
 * A slice is read wholly in one run, so that an absence from its list is known. It begins small and follows what the shop
 * sells: the 45 days of an empty shop are a few requests, and 6 h of five million subscribers some 400 pages, which are read in
 * pieces.
 */
export const firstSliceMs = 6 * hourMs;
/** Its two lists are given up after this time, and it goes on in pieces: a run that lasts ten minutes ends the process. */
export const sliceReadMsMax = 3 * minuteMs;
/** The hour in which the anchors of four days are charged has 60 pages a minute in the largest shop. */
const sliceMsMin = minuteMs;
const sliceMsMax = 16 * dayMs;
/** Fewer pages than this let the next slice grow; more make it shrink, before its time runs out: 100 s of three windows at once. */
const pagesFew = 20;
const pagesMany = 60;

const within = (ms: number): number => Math.min(Math.max(ms, sliceMsMin), sliceMsMax);

/** The length of the next slice, by the pages of the last one. */
export function nextSliceMs(lastMs: number, pages: number): number {
  if (pages <= pagesFew) return within(lastMs * 4);
  return pages > pagesMany ? within(lastMs / 2) : lastMs;
}

/** A slice that nothing reads for so long is left for later: a night's outage is shorter, and its list may never be readable. */
export const unreadMsMax = 6 * hourMs;

/** The length after a slice whose list was longer than a run may read. */
export const narrowerSliceMs = (lastMs: number): number => within(lastMs / 4);

/** The window that is compared now. What is younger may still be under way. */
export const windowAt = (name: WindowName, now: Instant): { readonly from: Instant; readonly to: Instant } => ({
  from: now - windows[name].reachMs,
  to: now - youngMs,
});

/** Whether a new walk is due: one per `everyMs` of the calendar, so that the nightly one begins at midnight UTC. */
export function isWindowDue(name: WindowName, startedAt: Instant, now: Instant): boolean {
  const { everyMs } = windows[name];
  return Math.floor(now / everyMs) > Math.floor(startedAt / everyMs) || isAhead(startedAt, now);
}
