/** Copies what is kept now. The returned function puts the copy back, over whatever came since. */
export type BackUp = () => () => void;

/** What is in the maps and sets is replaced as a whole and never changed, so their entries are all that is copied. */
export function backUpMaps(maps: readonly Map<unknown, unknown>[], sets: readonly Set<unknown>[] = []): () => void {
  const copies = maps.map((map) => ({ map, entries: [...map] }));
  const members = sets.map((set) => ({ set, all: [...set] }));
  return () => {
    for (const { map, entries } of copies) {
      map.clear();
      for (const [key, value] of entries) map.set(key, value);
    }
    for (const { set, all } of members) {
      set.clear();
      for (const one of all) set.add(one);
    }
  };
}
