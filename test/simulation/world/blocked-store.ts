import {
  type BlockedKeyLimits,
  blockedKeyLimits,
  type BlockedKeys,
  placeOf,
} from '../../../src/application/ports/blocked-keys.ts';
import type { BackUp } from '../../fakes/back-up.ts';
import { createMemoryBlockedKeys, type MemoryBlockedKeys } from '../../fakes/blocked-keys.ts';
import type { Database } from './database.ts';
import type { Machine } from './machine.ts';
import type { Random } from './random.ts';
import type { World } from './world.ts';

/** The queues of blocked keys, in the database of all processes. */
export type BlockedStore = {
  readonly of: (machine: Machine) => BlockedKeys;
  /** Messages of the group that wait. */
  readonly waiting: (group: string) => number;
  /** Since when the key is blocked; null when it is not. */
  readonly blockedSince: (group: string, key: string) => number | null;
  /** Resolves when some key of the group is blocked: until then there is nothing to release. */
  readonly whenBlocked: (group: string) => Promise<void>;
  /** Places (`placeOf`) of messages for which the queue of their key had no room. */
  readonly overflowed: ReadonlySet<string>;
  /** Staff replay this message, after it was given up: it is as one for which there was no room. */
  readonly giveUp: (place: string) => void;
  /** All messages that wait, and the same ones under other seals. */
  readonly rows: Pick<MemoryBlockedKeys, 'messages' | 'sealAnew'>;
  readonly backUp: BackUp;
};

/** So low that lives reach them: a few orders fill the queue of a key, and one key of a group is all that may be blocked. */
const lowLimits: BlockedKeyLimits = { keys: 1, messages: 6 };

/** In some lives the limits are low. What overflows a queue is lost until staff replay it, so there the books must be compared. */
export function drawLimits(world: World, dice: Random): BlockedKeyLimits {
  if (!dice.chance(0.3)) return blockedKeyLimits;
  return world.comparesBooks ? lowLimits : { ...blockedKeyLimits, keys: lowLimits.keys };
}

export function createBlockedStore(
  world: World,
  database: Pick<Database, 'answer'>,
  limits: BlockedKeyLimits,
): BlockedStore {
  const rows = createMemoryBlockedKeys(limits);
  /** By group and key, the ids of the messages that wait. The first one has blocked the key. */
  const queues = new Map<string, Map<string, { readonly ids: Set<string>; readonly since: number }>>();
  const overflowed = new Set<string>();
  const sleepers = new Map<string, (() => void)[]>();
  const groupOf = (group: string) => {
    const known = queues.get(group) ?? new Map<string, { readonly ids: Set<string>; readonly since: number }>();
    queues.set(group, known);
    return known;
  };

  const park: BlockedKeys['park'] = async (message, failure) => {
    const { group, key } = message;
    const parked = await rows.park(message, failure);
    if (parked === 'full') overflowed.add(placeOf(message));
    if (parked === 'full') world.visit('race', 'a queue that is full');
    if (parked !== 'parked') return parked;
    if (failure?.error.message === 'unknown_version') world.visit('race', 'a message that waits for a newer version');
    const queue = groupOf(group).get(key) ?? { ids: new Set<string>(), since: world.scheduler.now() };
    groupOf(group).set(key, queue);
    queue.ids.add(placeOf(message));
    for (const wake of sleepers.get(group)?.splice(0) ?? []) wake();
    return parked;
  };
  const finish: BlockedKeys['finish'] = async (message) => {
    const queue = groupOf(message.group).get(message.key);
    queue?.ids.delete(placeOf(message));
    if (queue?.ids.size === 0) groupOf(message.group).delete(message.key);
    await rows.finish(message);
  };

  return {
    of: (machine) => {
      const ask = <Answer>(effect: () => Promise<Answer>): Promise<Answer> => database.answer(machine, effect);
      return {
        park: (message, failure) => ask(() => park(message, failure)),
        isBlocked: (group, key) => ask(() => rows.isBlocked(group, key)),
        list: (group) => ask(() => rows.list(group)),
        listAll: (page) => ask(() => rows.listAll(page)),
        queue: (group, key, limit) => ask(() => rows.queue(group, key, limit)),
        claim: (group, key, lease) => ask(() => rows.claim(group, key, lease)),
        finish: (message) => ask(() => finish(message)),
        reschedule: (message, retryAt, error) => ask(() => rows.reschedule(message, retryAt, error)),
        retryNow: (group, key) => ask(() => rows.retryNow(group, key)),
      };
    },
    waiting: (group) => [...groupOf(group).values()].reduce((sum, { ids }) => sum + ids.size, 0),
    blockedSince: (group, key) => groupOf(group).get(key)?.since ?? null,
    whenBlocked: (group) => {
      if (groupOf(group).size > 0) return Promise.resolve();
      return new Promise((resolve) => void sleepers.set(group, [...(sleepers.get(group) ?? []), resolve]));
    },
    overflowed,
    giveUp: (place) => void overflowed.add(place),
    rows,
    backUp: () => {
      const putBack = rows.backUp();
      const copy = [...queues].map(
        ([group, keys]) =>
          [group, [...keys].map(([key, { ids, since }]) => [key, { ids: new Set(ids), since }] as const)] as const,
      );
      return () => {
        putBack();
        queues.clear();
        for (const [group, keys] of copy) queues.set(group, new Map(keys));
      };
    },
  };
}
