import type { Item } from './publish-items.ts';

export type WaitingItems = {
  readonly size: () => number;
  readonly push: (item: Item) => void;
  /** So many of the oldest whose users are not busy. These users are busy then. */
  readonly take: (count: number) => readonly Item[];
  /** What was taken of these users has ended. */
  readonly free: (users: ReadonlySet<string>) => void;
  /** The same where it has failed; what waits behind it is removed. */
  readonly drop: (users: ReadonlySet<string>) => readonly Item[];
};

/** The entries that wait for a round, in their order. What waits behind an entry of the same user stays until that one has ended. */
export function createWaitingItems(): WaitingItems {
  let queue: Item[] = [];
  const busy = new Set<string>();
  const free = (users: ReadonlySet<string>): void => {
    for (const userId of users) busy.delete(userId);
  };
  return {
    size: () => queue.length,
    push: (item) => void queue.push(item),
    take: (count) => {
      const taken = new Set(queue.filter(({ userId }) => !busy.has(userId)).slice(0, count));
      queue = queue.filter((item) => !taken.has(item));
      for (const { userId } of taken) busy.add(userId);
      return [...taken];
    },
    free,
    drop: (users) => {
      free(users);
      const dropped = queue.filter(({ userId }) => users.has(userId));
      queue = queue.filter(({ userId }) => !users.has(userId));
      return dropped;
    },
  };
}
