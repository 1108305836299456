import { dayMs, hourMs, minuteMs, type Instant } from '../model/instant.ts';
import { youngMs } from './compare-payment.ts';

/** How often how much of the past is compared. Whole windows are read again: what was under way then has ended since. */
export const windows = {
  recent: { everyMs: 10 * minuteMs, reachMs: 3 * hourMs },
  nightly: { everyMs: dayMs, reachMs: 4 * dayMs },
  weekly: { everyMs: 7 * dayMs, reachMs: 45 * dayMs },
} as const;

export type WindowName = keyof typeof windows;
export const windowNames = Object.keys(windows) as readonly WindowName[];

/**
 * A slice is read wholly in one run, so that an absence from its list is known. 6 h of a shop with five million subscribers
 * are some 400 pages, or 4 minutes; the 45 days of an empty shop are 360 requests.
 */
export const sliceMs = 6 * hourMs;

/** The window that is compared now. What is younger may still be under way. */
export const windowAt = (name: WindowName, now: Instant): { readonly from: Instant; readonly to: Instant } => ({
  from: now - windows[name].reachMs,
  to: now - youngMs,
});

/** Whether a new walk is due: one per `everyMs` of the calendar, so that the nightly one begins at midnight UTC. */
export function isWindowDue(name: WindowName, startedAt: Instant, now: Instant): boolean {
  const { everyMs } = windows[name];
  return Math.floor(now / everyMs) > Math.floor(startedAt / everyMs);
}
