import type { BlockedKey } from '../../../application/ports/blocked-keys.ts';

export type BlockedCache = {
  /** Reads the store once per assignment, for the first question; rejects when that read fails. */
  readonly has: (key: string) => Promise<boolean>;
  /** Called when this process has parked a message of the key: it is blocked from now on. */
  readonly add: (key: string) => void;
  /** Called on a new assignment: the former owners of its partitions may have parked messages. */
  readonly forget: () => void;
  readonly refresh: () => Promise<readonly BlockedKey[]>;
  readonly size: () => number;
};

/**
 * The blocked keys of the group as this process knows them. They can be wrong in one direction only.
 * 1. A blocked key of an assigned partition is always known. An owner parks a message before it commits its offset, and
 *    Kafka refuses commits of an old generation. The next owner reads the blocked keys after it has joined. So each
 *    message is either delivered to it again or parked before that read.
 * 2. A key that another process has released counts as blocked until the next refresh. Its new messages queue behind
 *    the released ones and are released in turn.
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
    // The answer may lack what this process parked during the read.
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
