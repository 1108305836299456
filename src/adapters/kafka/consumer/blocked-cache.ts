import type { BlockedKey } from '../../../application/ports/blocked-keys.ts';

export type BlockedCache = {
  /** Without a question to the store but for the first one of an assignment; rejects when that cannot be answered. */
  readonly has: (key: string) => Promise<boolean>;
  /** At once, when this process has parked something of the key. */
  readonly add: (key: string) => void;
  /** A new assignment: others may have parked messages of the partitions that are ours now. */
  readonly forget: () => void;
  readonly refresh: () => Promise<readonly BlockedKey[]>;
  readonly size: () => number;
};

/**
 * The blocked keys of the group as this process knows them. It can be wrong in one direction only. A key that is blocked is
 * known: only the owner of its partition passes messages of it by, an owner parks before it commits, commits of an old
 * generation are refused, and the next owner reads the blocked keys after it has joined; so whatever it is not handed
 * again, it finds parked. A key that another process has released is taken for blocked until the next refresh: what
 * comes meanwhile queues behind what was released, and is released in turn.
 */
export function createBlockedCache(read: () => Promise<readonly BlockedKey[]>): BlockedCache {
  let keys = new Set<string>();
  let addedMeanwhile = new Set<string>();
  let assignment = 0;
  let loadedFor = -1;
  let first: Promise<unknown> | null = null;
  let last: Promise<unknown> = Promise.resolve();

  const load = async (): Promise<readonly BlockedKey[]> => {
    const current = assignment;
    addedMeanwhile = new Set();
    const blocked = await read();
    // The answer may be older than what this process parked while it was on its way.
    keys = new Set([...blocked.map(({ key }) => key), ...addedMeanwhile]);
    loadedFor = current;
    return blocked;
  };
  // One at a time, so that an older answer never replaces a newer one.
  const refresh = (): Promise<readonly BlockedKey[]> => {
    const next = last.then(load);
    last = next.catch(() => undefined);
    return next;
  };

  return {
    has: async (key) => {
      while (loadedFor !== assignment) {
        first ??= refresh().finally(() => {
          first = null;
        });
        await first;
      }
      return keys.has(key);
    },
    add: (key) => {
      keys.add(key);
      addedMeanwhile.add(key);
    },
    forget: () => {
      assignment += 1;
    },
    refresh,
    size: () => keys.size,
  };
}
