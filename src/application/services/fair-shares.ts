export type Wish = { readonly id: string; readonly want: number; readonly rests: boolean };

/** Kept free while no one wants it: processes that are killed all at once hold the rest, and their successors need some calls. */
const keptPart = 4;

/** Those at the front come first where less is left than there are members, so each is at the front in turn. */
function inTurn(wishes: readonly Wish[], turn: number): readonly Wish[] {
  const sorted = wishes.toSorted((a, b) => (a.id < b.id ? -1 : 1));
  const first = sorted.length === 0 ? 0 : turn % sorted.length;
  return [...sorted.slice(first), ...sorted.slice(0, first)];
}

/**
 * Divides a whole number among members. No one gets more than they want while another one wants more than they have; what no one
 * wants is divided among those that rest.
 */
export function fairShares(whole: number, wishes: readonly Wish[], turn: number): ReadonlyMap<string, number> {
  const given = new Map(wishes.map(({ id }) => [id, 0]));
  const add = (id: string, more: number): unknown => given.set(id, (given.get(id) ?? 0) + more);
  let left = whole;
  let open = inTurn(wishes, turn).filter(({ want }) => want > 0);
  while (left > 0 && open.length > 0) {
    const level = Math.floor(left / open.length);
    // Less than one each: the first get one.
    if (level === 0) open = open.slice(0, left);
    for (const { id, want } of open) {
      const more = Math.min(Math.max(level, 1), want - (given.get(id) ?? 0));
      add(id, more);
      left -= more;
    }
    open = open.filter(({ id, want }) => want > (given.get(id) ?? 0));
  }
  const resting = wishes.filter(({ rests }) => rests);
  const spare = Math.max(0, left - Math.ceil(whole / keptPart));
  for (const { id } of resting) add(id, Math.floor(spare / resting.length));
  return given;
}
