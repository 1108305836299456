import type { DifferenceKind } from '../../domain/model/difference.ts';
import { firstSliceMs, narrowerSliceMs, nextSliceMs } from '../../domain/reconciliation/windows.ts';
import type { Walk, WalkSummary } from '../ports/reconciliation-walks.ts';
import { type Compared, type Slice, tooManyPages, type Unavailable } from './compare-slice.ts';
import type { Found } from './verify.ts';

/** The newest alarms about objects without a document: more at once are alerted to again, one error line each. */
const alertedMax = 500;

const nothing: WalkSummary = { pages: 0, payments: 0, refunds: 0, unreadable: 0, differences: {} };

export const beginWalk = (name: string, { from, to }: Slice, startedAt: number, alerted: readonly string[]): Walk => ({
  ...{ name, from, to, at: from, startedAt, sliceMs: firstSliceMs, alerted },
  summary: nothing,
});

export const isDone = ({ at, to }: Walk): boolean => at >= to;

export const nextSlice = ({ at, to, sliceMs }: Walk): Slice => ({ from: at, to: Math.min(at + sliceMs, to) });

/** The walk, with a shorter slice to go on with where the list of the last one was too long to be read. */
export const afterUnavailable = (walk: Walk, { reason }: Unavailable): Walk =>
  reason === tooManyPages ? { ...walk, sliceMs: narrowerSliceMs(walk.sliceMs) } : walk;

function countKinds(
  before: WalkSummary['differences'],
  found: readonly Found[],
): Readonly<Partial<Record<DifferenceKind, number>>> {
  const counts = { ...before };
  for (const { difference } of found) counts[difference.kind] = (counts[difference.kind] ?? 0) + 1;
  return counts;
}

/** Paid by our names, and no user of ours has it: no document can remember the alarm. */
export const isStray = ({ difference, userId }: Found): boolean => userId === null && difference.kind !== 'foreign';

/** The walk after the slice. */
export function afterSlice(walk: Walk, slice: Slice, compared: Compared): Walk {
  const { summary, alerted } = walk;
  const strays = compared.found.filter(isStray).map(({ difference }) => difference.subject.id);
  return {
    ...walk,
    at: slice.to,
    sliceMs: nextSliceMs(walk.sliceMs, compared.pages),
    alerted: [...new Set([...alerted, ...strays])].slice(-alertedMax),
    summary: {
      pages: summary.pages + compared.pages,
      payments: summary.payments + compared.payments,
      refunds: summary.refunds + compared.refunds,
      unreadable: summary.unreadable + compared.unreadable.length,
      differences: countKinds(summary.differences, compared.found),
    },
  };
}
