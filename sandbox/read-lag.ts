import type { Store, Tables } from './store.ts';

type Lagging = 'payments' | 'refunds' | 'bindings';
type Shown<Table extends Lagging> = Tables[Table] | undefined;
/** A version of an object and when it came to be; the first one was there before the lag began. */
type Version = { readonly atMs: number; readonly value: unknown };

/**
 * The read side of a provider that lags: reads and lists show each payment, refund and binding as it was some time ago. Requests that
 * change something see the truth. The lag ends with the process, as faults do.
 */
export type ReadLag = {
  set(ms: number): void;
  /** What reads show in place of the present object. */
  shown<Table extends Lagging>(table: Table, id: string, present: Shown<Table>): Shown<Table>;
  /** The store that remembers what reads still show. */
  readonly store: Store;
};

export function createReadLag(store: Store, realNowMs: () => number): ReadLag {
  const versions: Readonly<Record<Lagging, Map<string, Version[]>>> = {
    payments: new Map(),
    refunds: new Map(),
    bindings: new Map(),
  };
  let lagMs = 0;

  const note = (table: Lagging, id: string, value: unknown): void => {
    const known = versions[table].get(id) ?? [{ atMs: -Infinity, value: store.get(table, id) }];
    versions[table].set(id, [...known, { atMs: realNowMs(), value }]);
  };
  return {
    set: (ms) => {
      lagMs = ms;
      for (const table of Object.values(versions)) table.clear();
    },
    shown: (table, id, present) => {
      const version = versions[table].get(id)?.findLast(({ atMs }) => atMs <= realNowMs() - lagMs);
      // Only what `put` wrote into this table is remembered under it.
      return version === undefined ? present : (version.value as typeof present);
    },
    store: {
      ...store,
      put: (table, id, value) => {
        if (lagMs > 0 && (table === 'payments' || table === 'refunds' || table === 'bindings')) note(table, id, value);
        store.put(table, id, value);
      },
    },
  };
}
