import { type Model, type PipelineStage, trusted } from 'mongoose';
import {
  type BlockedKey,
  type BlockedKeyLimits,
  blockedKeyLimits,
  type BlockedKeys,
  messageIdOf,
  type ParkedMessage,
  placeOf,
  type QueuedMessage,
  waitMsMax,
} from '../../application/ports/blocked-keys.ts';
import { coalesce } from './coalesce.ts';
import type { Models } from './models/open-models.ts';
import type { ParkedRow } from './models/parked-messages.ts';
import { askStore, isDuplicateKey } from './store-fault.ts';

type Parked = Model<ParkedRow>;
type Head = ParkedRow & { readonly waiting: number };

const idOf = (message: ParkedMessage): string => `${message.group}:${placeOf(message)}`;

/**
 * The id of a message whose place another one has: the offsets of a topic that was lost and made anew begin again. Only there, as an
 * older version that runs beside this one finds and removes the others by their place alone.
 */
const timedIdOf = (message: ParkedMessage): string => `${message.group}:${messageIdOf(message)}`;

const atPlaceOf = (message: ParkedMessage) => ({ _id: trusted({ $in: [idOf(message), timedIdOf(message)] }) });

/** The row of this message alone, under either id. */
const rowFor = (message: ParkedMessage) => ({ ...atPlaceOf(message), timestamp: message.timestamp });

const oldestFirst = { partition: 1, offset: 1 } as const;

/** The limit that one more message would pass. The first message of a key counts against the number of blocked keys. */
async function passedLimit(
  parked: Parked,
  limits: BlockedKeyLimits,
  { group, key }: ParkedMessage,
): Promise<'full' | 'too_many_keys' | null> {
  const waiting = await parked.countDocuments({ group, key }, { limit: limits.messages });
  if (waiting > 0) return waiting >= limits.messages ? 'full' : null;
  const [found] = await parked.aggregate<{ readonly keys: number }>([
    { $match: { group } },
    { $group: { _id: '$key' } },
    { $limit: limits.keys },
    { $count: 'keys' },
  ]);
  return found?.keys === limits.keys ? 'too_many_keys' : null;
}

const rowOf = (_id: string, message: ParkedMessage, failure: Parameters<BlockedKeys['park']>[1]): ParkedRow => ({
  ...message,
  _id,
  offset: Number(message.offset),
  attempts: 0,
  retryAt: failure?.retryAt ?? message.parkedAt,
  claimedUntil: 0,
  error: failure?.error ?? null,
});

async function insert(parked: Parked, row: ParkedRow): Promise<void> {
  try {
    await parked.create(row);
  } catch (error) {
    if (!isDuplicateKey(error)) throw error;
  }
}

/** The oldest message of each blocked key: one group's, or those of all. The index `queue` gives the order. */
const headsOf = (filter: { readonly group?: string }): PipelineStage[] => [
  { $match: filter },
  { $project: { sealed: 0 } },
  { $sort: { group: 1, key: 1, ...oldestFirst } },
  { $group: { _id: { group: '$group', key: '$key' }, head: { $first: '$$ROOT' }, waiting: { $sum: 1 } } },
  { $replaceWith: { $mergeObjects: ['$head', { waiting: '$waiting' }] } },
];

function blockedKeyOf(head: Head): BlockedKey {
  const { group, key, waiting, partition, offset, attempts, retryAt, error, parkedAt } = head;
  return { group, key, waiting, since: parkedAt, partition, offset: String(offset), attempts, retryAt, error };
}

function queuedOf(row: ParkedRow): QueuedMessage {
  const { group, topic, partition, offset, key, sealed, timestamp, parkedAt, attempts, retryAt, error } = row;
  const place = { group, topic, partition, offset: String(offset), key };
  return { ...place, sealed, timestamp, parkedAt, attempts, retryAt, error };
}

type Place = Pick<ParkedMessage, 'group' | 'key'>;
const nameOf = ({ group, key }: Place): string => `${group} ${key}`;

/** A covered query: the index `queue` has every field that it filters and returns. */
async function blockedAmong(parked: Parked, places: readonly Place[]) {
  const [groups, keys] = [places.map(({ group }) => group), places.map(({ key }) => key)];
  const found = await parked
    .find({ group: trusted({ $in: [...new Set(groups)] }), key: trusted({ $in: keys }) }, { _id: 0, group: 1, key: 1 })
    .lean<Place[]>();
  const blocked = new Set(found.map(nameOf));
  return (place: Place): boolean => blocked.has(nameOf(place));
}

export function createBlockedKeys(
  { parkedMessages: parked }: Models,
  limits: BlockedKeyLimits = blockedKeyLimits,
): BlockedKeys {
  const oldest = async (group: string, key: string): Promise<ParkedRow | null> =>
    parked.findOne({ group, key }).sort(oldestFirst).lean<ParkedRow>();
  const isBlocked = coalesce((places: readonly Place[]) => blockedAmong(parked, places));
  return {
    park: (message, failure) =>
      askStore(async () => {
        const there = await parked.find(atPlaceOf(message), { timestamp: 1 }).lean<Pick<ParkedRow, 'timestamp'>[]>();
        if (there.some(({ timestamp }) => timestamp === message.timestamp)) return 'parked';
        const passed = await passedLimit(parked, limits, message);
        if (passed !== null) return passed;
        await insert(parked, rowOf(there.length === 0 ? idOf(message) : timedIdOf(message), message, failure));
        return 'parked';
      }),
    isBlocked: (group, key) => askStore(() => isBlocked({ group, key })),
    list: (group) =>
      askStore(async () => {
        const heads = await parked.aggregate<Head>([...headsOf({ group }), { $sort: { retryAt: 1, key: 1 } }]);
        return heads.map(blockedKeyOf);
      }),
    listAll: ({ limit, page }) =>
      askStore(async () => {
        const inOrder: PipelineStage[] = [{ $sort: { parkedAt: 1, group: 1, key: 1 } }];
        const ofPage: PipelineStage[] = [{ $skip: (page - 1) * limit }, { $limit: limit }];
        return (await parked.aggregate<Head>([...headsOf({}), ...inOrder, ...ofPage])).map(blockedKeyOf);
      }),
    queue: (group, key, limit) =>
      askStore(async () => {
        const rows = await parked.find({ group, key }).sort(oldestFirst).limit(limit).lean<ParkedRow[]>();
        return rows.map(queuedOf);
      }),
    claim: (group, key, { now, until, messageId }) =>
      askStore(async () => {
        const head = await oldest(group, key);
        if (head === null) return null;
        const message = queuedOf(head);
        if (messageId !== undefined && messageIdOf(message) !== messageId) return null;
        const isOver = trusted({ $not: { $gt: now, $lte: now + waitMsMax } });
        const due = messageId === undefined ? { retryAt: isOver } : {};
        const free = { _id: head._id, ...due, claimedUntil: isOver };
        const { matchedCount } = await parked.updateOne(free, { $set: { claimedUntil: until } });
        return matchedCount === 0 ? null : message;
      }),
    finish: (message) =>
      askStore(async () => {
        await parked.deleteOne(rowFor(message));
      }),
    reschedule: (message, retryAt, error) =>
      askStore(async () => {
        const failed = error === null ? {} : { $inc: { attempts: 1 } };
        const $set = { retryAt, claimedUntil: 0, ...(error === null ? {} : { error }) };
        await parked.updateOne(rowFor(message), { $set, ...failed });
      }),
    retryNow: (group, key) =>
      askStore(async () => {
        const head = await oldest(group, key);
        if (head === null) return false;
        return (await parked.updateOne({ _id: head._id }, { $set: { retryAt: 0 } })).matchedCount === 1;
      }),
  };
}
