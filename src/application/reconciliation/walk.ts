import type { DifferenceKind } from '../../domain/model/difference.ts';
import type { Instant } from '../../domain/model/instant.ts';
import { firstSliceMs, narrowerSliceMs, nextSliceMs, unreadMsMax } from '../../domain/reconciliation/windows.ts';
import type { OpenSlice, Walk, WalkSummary } from '../ports/reconciliation-walks.ts';
import { type Compared, type Slice, tooManyPages, type Unavailable } from './compare-slice.ts';
import {
  endingIn,
  isListed,
  type Kinds,
  kindsOf,
  leftOpen,
  opened,
  piecesOf,
  replaced,
  staysUnread,
  sumOf,
  unreadSince,
} from './open-slices.ts';
import { namedMax, type NotCompared } from './not-compared.ts';
import type { Found } from './verify.ts';

/** The newest alarms about objects without a document, or that cannot be compared: more at once are alerted to again, one error line each. */
const alertedMax = 500;

const nothing: WalkSummary = { pages: 0, payments: 0, refunds: 0, unreadable: 0, differences: {} };

/**
 * A new walk over the window. It remembers what the last one has alerted to, and what was open then: an open slice is compared wholly, also
 * where the window begins within it, as what differs in it may lie before that.
 */
export function beginWalk(name: string, window: Slice, startedAt: Instant, last: Walk | null): Walk {
  const open = last?.open ?? [];
  const from = Math.min(window.from, ...open.filter(({ to }) => to > window.from).map((one) => one.from));
  return {
    ...{ name, from, to: window.to, at: from, startedAt, movedAt: startedAt, sliceMs: firstSliceMs },
    ...{ summary: nothing, open, alerted: last?.alerted ?? [] },
  };
}

export const isDone = ({ at, to }: Walk): boolean => at >= to;

export const nextSlice = ({ at, to, sliceMs }: Walk): Slice => ({ from: at, to: Math.min(at + sliceMs, to) });

/** The walk, with a shorter slice to go on with after a list that could not be read; null where it is the shortest already. */
export function narrowed(walk: Walk): Walk | null {
  const sliceMs = narrowerSliceMs(walk.sliceMs);
  return sliceMs < walk.sliceMs ? { ...walk, sliceMs } : null;
}

/**
 * The walk, behind a slice where nothing could be read for hours: it is open from now on, and the others are compared. Null before that.
 * A slice that the last walk has left so is passed at once.
 */
export function passedBy(walk: Walk, slice: Slice, now: Instant): Walk | null {
  const since = Math.min(walk.movedAt ?? walk.startedAt, unreadSince(walk, slice) ?? Infinity);
  if (now - since < unreadMsMax) return null;
  const differences = endingIn(walk, slice).reduce<Kinds>((sum, one) => sumOf(sum, one.differences), {});
  const left: OpenSlice = { ...slice, comparedAt: now, differences, unreadSince: since };
  return { ...walk, at: slice.to, open: opened(walk, slice, [left]) };
}

/** What differs now, by kind, and what of others the walk has seen. */
function kindsNow({ open, summary }: Walk): Kinds {
  const listed = Object.entries(summary.differences).filter(([kind]) => isListed(kind as DifferenceKind));
  return open.reduce<Kinds>((kinds, { differences }) => sumOf(kinds, differences), Object.fromEntries(listed));
}

/** Counts for metrics: what the walk under way has read, or the last one, and what differs now or was never compared. */
export function countsOf(walk: Walk): Readonly<Record<string, number>> {
  const { pages, payments, refunds, unreadable } = walk.summary;
  const notCompared = walk.open.filter(staysUnread).length;
  return { pages, payments, refunds, unreadable, not_compared: notCompared, ...kindsNow(walk) };
}

/** Paid by our names, and no user of ours has it: no document can remember the alarm. */
export const isStray = ({ difference, userId }: Found): boolean => userId === null && difference.kind !== 'foreign';

/** As what the alarm is remembered that an object cannot be compared: once it can, another one may tell that it has no document. */
const nameOfNotCompared = ({ subject }: NotCompared): string => `not_compared:${subject.id}`;

/** What cannot be compared, and no operator was alerted to. */
export const unalerted = ({ alerted }: Walk, { notCompared }: Compared): readonly NotCompared[] =>
  notCompared.filter((one) => !alerted.includes(nameOfNotCompared(one)));

function remembering(walk: Walk, compared: Compared): Walk['alerted'] {
  const strays = compared.found.filter(isStray).map(({ difference }) => difference.subject.id);
  const named = unalerted(walk, compared).slice(0, namedMax).map(nameOfNotCompared);
  return [...new Set([...walk.alerted, ...strays, ...named])].slice(-alertedMax);
}

/** The walk after its next slice. */
export function afterSlice(walk: Walk, slice: Slice, compared: Compared, now: Instant): Walk {
  const { summary } = walk;
  return {
    ...walk,
    at: slice.to,
    movedAt: now,
    sliceMs: nextSliceMs(walk.sliceMs, compared.pages),
    alerted: remembering(walk, compared),
    open: opened(walk, slice, leftOpen(walk, slice, compared, now)),
    summary: {
      pages: summary.pages + compared.pages,
      payments: summary.payments + compared.payments,
      refunds: summary.refunds + compared.refunds,
      unreadable: summary.unreadable + compared.unreadable.length,
      differences: sumOf(summary.differences, kindsOf(compared.found)),
    },
  };
}

/** The walk, with what was found in a slice later than the slice was compared. */
export const withFound = (walk: Walk, found: readonly Found[]): Walk => ({
  ...walk,
  summary: { ...walk.summary, differences: sumOf(walk.summary.differences, kindsOf(found)) },
});

/** The walk after an open slice was compared again. */
export const afterAgain = (walk: Walk, slice: OpenSlice, compared: Compared, now: Instant): Walk => ({
  ...walk,
  alerted: remembering(walk, compared),
  open: replaced(walk, slice, leftOpen(walk, slice, compared, now)),
});

/**
 * The walk after an open slice could not be read: the other open ones come before it now, because its list may never be readable.
 * One whose list was too long goes on in pieces.
 */
export function afterAgainUnavailable(walk: Walk, slice: OpenSlice, { reason }: Unavailable, now: Instant): Walk {
  const tried = { ...slice, comparedAt: now };
  const by = reason === tooManyPages ? piecesOf(tried) : [tried];
  return { ...walk, open: replaced(walk, slice, by) };
}
