import { differenceActions, type DifferenceKind } from '../../domain/model/difference.ts';
import { type Instant, isAhead } from '../../domain/model/instant.ts';
import { againMs, narrowerSliceMs } from '../../domain/reconciliation/windows.ts';
import type { OpenSlice, Walk } from '../ports/reconciliation-walks.ts';
import type { Compared, Slice } from './compare-slice.ts';
import type { Found } from './verify.ts';

/** The 45 days of the longest window are 180 slices of the first length. What is dropped is found again by the next walk. */
const openMax = 500;

export type Kinds = Readonly<Partial<Record<DifferenceKind, number>>>;

export const sumOf = (some: Kinds, more: Kinds): Kinds =>
  (Object.keys(more) as DifferenceKind[]).reduce(
    (sum, kind) => ({ ...sum, [kind]: (sum[kind] ?? 0) + (more[kind] ?? 0) }),
    some,
  );

export const kindsOf = (found: readonly Found[]): Kinds =>
  found.reduce<Kinds>((kinds, { difference: { kind } }) => sumOf(kinds, { [kind]: 1 }), {});

/** Payments of others come with every list and never go. */
export const isListed = (kind: DifferenceKind): boolean => differenceActions[kind] === 'list';

/** The open slice that was tried longest ago, once that is due again. */
export const dueAgain = ({ open }: Walk, now: Instant): OpenSlice | null =>
  open
    .filter(({ comparedAt }) => now - comparedAt >= againMs || isAhead(comparedAt, now))
    .toSorted((a, b) => a.comparedAt - b.comparedAt)[0] ?? null;

/** Since when something of this stretch of time could not be read; null where all of it was. */
export function unreadSince({ open }: Walk, { from, to }: Slice): Instant | null {
  const unread = open.flatMap((one) => (one.from < to && one.to > from ? (one.unreadSince ?? []) : []));
  return unread.length === 0 ? null : Math.min(...unread);
}

/** What stays open of a slice that was compared. */
export function leftOpen(walk: Walk, slice: Slice, compared: Compared, comparedAt: Instant): readonly OpenSlice[] {
  const { from, to } = slice;
  const found = compared.found.filter(({ difference }) => !isListed(difference.kind));
  const isWhole = compared.unread === 0 && compared.notCompared.length === 0;
  if (found.length === 0 && compared.unverified.length === 0 && isWhole) return [];
  const unread = isWhole ? {} : { unreadSince: unreadSince(walk, slice) ?? comparedAt };
  return [{ from, to, comparedAt, differences: kindsOf(found), ...unread }];
}

/** Whether it was tried once more in vain: the first time may be a hiccup of the provider. */
export const staysUnread = ({ unreadSince: since, comparedAt }: OpenSlice): boolean =>
  since !== undefined && comparedAt - since >= againMs;

/** What the last walk left open and ends in this slice. */
export const endingIn = ({ at, open }: Walk, { to }: Slice): readonly OpenSlice[] =>
  open.filter((one) => one.to > at && one.to <= to);

/** What is open once a slice was tried: what the last walk left open in it was tried with it. */
export function opened(walk: Walk, slice: Slice, left: readonly OpenSlice[]): readonly OpenSlice[] {
  const tried = endingIn(walk, slice);
  const others = walk.open.filter((one) => !tried.includes(one));
  return [...others, ...left].toSorted((a, b) => a.from - b.from).slice(-openMax);
}

export const replaced = ({ open }: Walk, { from, to }: OpenSlice, by: readonly OpenSlice[]): readonly OpenSlice[] =>
  open.flatMap((one) => (one.from === from && one.to === to ? by : [one])).slice(-openMax);

/**
 * Four at most, as `narrowerSliceMs` divides. Each keeps what differed, as it is not known which of them has it: it counts several
 * times until they are compared, so that the alert goes on.
 */
export function piecesOf(slice: OpenSlice): readonly OpenSlice[] {
  const { from, to } = slice;
  const ms = Math.ceil(narrowerSliceMs(to - from));
  const starts = Array.from({ length: Math.ceil((to - from) / ms) }, (_none, index) => from + index * ms);
  return starts.map((start) => ({ ...slice, from: start, to: Math.min(start + ms, to) }));
}
