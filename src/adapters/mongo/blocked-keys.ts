import type { Collection, Db } from 'mongodb';
import {
  type BlockedKey,
  type BlockedKeyLimits,
  blockedKeyLimits,
  type BlockedKeys,
  type ParkedError,
  type ParkedMessage,
} from '../../application/ports/blocked-keys.ts';
import type { Instant } from '../../domain/model/instant.ts';
import { coalesce } from './coalesce.ts';
import { askStore, isDuplicateKey } from './store-fault.ts';

/** Instants as numbers: they are compared with the process's clock and nobody else's. */
type Row = Omit<ParkedMessage, 'offset'> & {
  readonly _id: string;
  /** As a number, for the order; offsets stay far below 2^53. */
  readonly offset: number;
  readonly attempts: number;
  readonly retryAt: Instant;
  readonly claimedUntil: Instant;
  readonly error: ParkedError | null;
};
type Head = Row & { readonly waiting: number };

const idOf = ({
  group,
  topic,
  partition,
  offset,
}: Pick<ParkedMessage, 'group' | 'topic' | 'partition' | 'offset'>): string =>
  `${group}:${topic}:${partition}:${offset}`;

const order = { partition: 1, offset: 1 } as const;

/** Whether one more message would pass a limit; a key's first one is judged by the number of keys. */
async function isFull(
  parked: Collection<Row>,
  limits: BlockedKeyLimits,
  { group, key }: ParkedMessage,
): Promise<boolean> {
  const waiting = await parked.countDocuments({ group, key }, { limit: limits.messages });
  if (waiting > 0) return waiting >= limits.messages;
  const keys = await parked
    .aggregate([{ $match: { group } }, { $group: { _id: '$key' } }, { $limit: limits.keys }, { $count: 'keys' }])
    .next();
  return keys?.['keys'] === limits.keys;
}

async function insert(parked: Collection<Row>, row: Row): Promise<void> {
  try {
    await parked.insertOne(row);
  } catch (error) {
    if (!isDuplicateKey(error)) throw error;
  }
}

const headsOf = (parked: Collection<Row>, group: string): Promise<Head[]> =>
  parked
    .aggregate<Head>([
      { $match: { group } },
      { $project: { sealed: 0 } },
      { $sort: { key: 1, ...order } },
      { $group: { _id: '$key', head: { $first: '$$ROOT' }, waiting: { $sum: 1 } } },
      { $replaceWith: { $mergeObjects: ['$head', { waiting: '$waiting' }] } },
      { $sort: { retryAt: 1, key: 1 } },
    ])
    .toArray();

function blockedKeyOf(head: Head): BlockedKey {
  const { key, waiting, partition, offset, attempts, retryAt, error, parkedAt } = head;
  return { key, waiting, since: parkedAt, partition, offset: String(offset), attempts, retryAt, error };
}

type Place = Pick<ParkedMessage, 'group' | 'key'>;
const nameOf = ({ group, key }: Place): string => `${group} ${key}`;

/** The index alone answers. */
async function blockedAmong(parked: Collection<Row>, places: readonly Place[]) {
  const [groups, keys] = [places.map(({ group }) => group), places.map(({ key }) => key)];
  const found = await parked
    .find({ group: { $in: [...new Set(groups)] }, key: { $in: keys } })
    .project<Place>({ _id: 0, group: 1, key: 1 })
    .toArray();
  const blocked = new Set(found.map(nameOf));
  return (place: Place): boolean => blocked.has(nameOf(place));
}

export function createBlockedKeys(db: Db, limits: BlockedKeyLimits = blockedKeyLimits): BlockedKeys {
  const parked = db.collection<Row>('parked_messages');
  const oldest = (group: string, key: string) => parked.findOne({ group, key }, { sort: order });
  const isBlocked = coalesce((places: readonly Place[]) => blockedAmong(parked, places));
  return {
    park: (message, failure) =>
      askStore(async () => {
        const _id = idOf(message);
        if ((await parked.findOne({ _id }, { projection: { _id: 1 } })) !== null) return 'parked';
        if (await isFull(parked, limits, message)) return 'full';
        await insert(parked, {
          ...message,
          _id,
          offset: Number(message.offset),
          attempts: 0,
          retryAt: failure?.retryAt ?? message.parkedAt,
          claimedUntil: 0,
          error: failure?.error ?? null,
        });
        return 'parked';
      }),
    isBlocked: (group, key) => askStore(() => isBlocked({ group, key })),
    list: (group) => askStore(async () => (await headsOf(parked, group)).map(blockedKeyOf)),
    claim: (group, key, { now, until }) =>
      askStore(async () => {
        const head = await oldest(group, key);
        if (head === null) return null;
        const due = { _id: head._id, retryAt: { $lte: now }, claimedUntil: { $lte: now } };
        const { matchedCount } = await parked.updateOne(due, { $set: { claimedUntil: until } });
        if (matchedCount === 0) return null;
        const { topic, partition, sealed, timestamp, parkedAt, attempts } = head;
        return { group, topic, partition, offset: String(head.offset), key, sealed, timestamp, parkedAt, attempts };
      }),
    finish: (message) =>
      askStore(async () => {
        await parked.deleteOne({ _id: idOf(message) });
      }),
    reschedule: (message, retryAt, error) =>
      askStore(async () => {
        const failed = error === null ? {} : { $inc: { attempts: 1 } };
        const $set = { retryAt, claimedUntil: 0, ...(error === null ? {} : { error }) };
        await parked.updateOne({ _id: idOf(message) }, { $set, ...failed });
      }),
    retryNow: (group, key) =>
      askStore(async () => {
        const head = await oldest(group, key);
        if (head === null) return false;
        return (await parked.updateOne({ _id: head._id }, { $set: { retryAt: 0 } })).matchedCount === 1;
      }),
  };
}
