/** A published entitlement record: access from then on, until the next record or `until`, whichever comes first. */
export type PublishedAccess = { readonly at: number; readonly until: number };

/** The longest time of the stretch in which no record granted access. The records are in order. */
export function longestGap(records: readonly PublishedAccess[], from: number, end: number): number {
  let seen = from;
  let longest = 0;
  for (const [index, { at, until }] of records.entries()) {
    const last = Math.min(until, records[index + 1]?.at ?? Infinity);
    if (last <= seen || at >= end) continue;
    longest = Math.max(longest, at - seen);
    seen = last;
  }
  return Math.max(longest, end - seen);
}
