import { type Collection, MongoBulkWriteError } from 'mongodb';
import type { SubscriberSave } from '../../application/ports/subscriber-store.ts';
import { coalesce } from './coalesce.ts';
import { duplicateKey, isDuplicateKey, isOutage, isUnavailable } from './store-fault.ts';
import { firstDocument, type SubscriberDocument, updatePipeline } from './subscriber-document.ts';

type Subscribers = Collection<SubscriberDocument>;

/** Covers an election. The caller holds a message meanwhile and can wait. */
const reloadTimeoutMs = 5_000;

/**
 * The one write of a subscriber: compare-and-set on `version`. The result is
 * 1. `saved` when the write matched;
 * 2. `saved` when it did not match but our save id is stored: the driver's retry or an earlier call applied it;
 * 3. `conflict` when it did not match and another save id is stored;
 * 4. after a lost connection, the same by the reloaded document, but the Fault while its version is unchanged.
 */
export function createSaveSubscriber(
  subscribers: Subscribers,
): (save: SubscriberSave) => Promise<'saved' | 'conflict'> {
  const update = coalesce((saves: readonly SubscriberSave[]) => updateTogether(subscribers, saves));
  const lastSaveIdOf = coalesce((userIds: readonly string[]) => lastSaveIds(subscribers, userIds));
  return async (save) => {
    try {
      if (await (save.expectedVersion > 0 ? update(save) : insert(subscribers, save))) return 'saved';
    } catch (error) {
      if (!isUnavailable(error)) throw error;
      const found = await reload(subscribers, save);
      if (found?.lastSaveId === save.saveId) return 'saved';
      // No conflict: no other save came first. The write was lost or is still under way.
      if ((found?.version ?? 0) === save.expectedVersion) throw error;
      return 'conflict';
    }
    return (await lastSaveIdOf(save.subscriber.userId)) === save.saveId ? 'saved' : 'conflict';
  };
}

const updateOf = (save: SubscriberSave) => ({
  filter: { _id: save.subscriber.userId, version: save.expectedVersion },
  update: updatePipeline(save),
});

async function update(subscribers: Subscribers, save: SubscriberSave): Promise<boolean> {
  const { filter, update: pipeline } = updateOf(save);
  return (await subscribers.updateOne(filter, pipeline)).matchedCount === 1;
}

/**
 * Saves many subscribers in one bulk write; each save is atomic by itself. The answer only counts the matches, but it names
 * the failures. So each save is an upsert, and what does not match fails as a second document with the same `_id`:
 * 1. no failure: saved;
 * 2. a duplicate key: `version` did not match;
 * 3. any other failure: the save is repeated alone, so that it cannot fail others.
 */
async function updateTogether(subscribers: Subscribers, saves: readonly SubscriberSave[]) {
  const alone = (save: SubscriberSave): Promise<boolean> => update(subscribers, save);
  if (saves.length === 1) return alone;
  const operations = saves.map((save) => ({ updateOne: { ...updateOf(save), upsert: true } }));
  const failures = await failuresOf(subscribers.bulkWrite(operations, { ordered: false }));
  if (failures === null) return alone;
  const refused = new Map(failures.map(({ index, code }) => [saves[index], code]));
  return (save: SubscriberSave): boolean | Promise<boolean> => {
    const code = refused.get(save);
    return code === undefined || (code !== duplicateKey && alone(save));
  };
}

/** The failed operations of a bulk write; null when they are not known. Throws in an outage, which is that of all. */
async function failuresOf(bulk: Promise<unknown>) {
  try {
    await bulk;
    return [];
  } catch (error) {
    if (isOutage(error)) throw error;
    const failures = error instanceof MongoBulkWriteError ? [error.writeErrors].flat() : [];
    return failures.length === 0 ? null : failures;
  }
}

async function insert(subscribers: Subscribers, save: SubscriberSave): Promise<boolean> {
  try {
    await subscribers.insertOne(firstDocument(save));
    return true;
  } catch (error) {
    if (isDuplicateKey(error)) return false;
    throw error;
  }
}

/** A save that did not match was answered after the majority had the winning one, so a majority read sees that. */
async function lastSaveIds(subscribers: Subscribers, userIds: readonly string[]) {
  const filter = { _id: { $in: [...userIds] } };
  const options = { projection: { lastSaveId: 1 }, maxTimeMS: reloadTimeoutMs };
  const found = await subscribers.find(filter, options).toArray();
  const byUser = new Map(found.map(({ _id, lastSaveId }) => [_id, lastSaveId]));
  return (userId: string): string | undefined => byUser.get(userId);
}

/**
 * After a lost connection. The read concern `linearizable` waits for the majority (MongoDB manual, "Read Concern"), so a
 * save of ours that a failing primary may still roll back is not read as applied.
 */
const reload = (subscribers: Subscribers, { subscriber }: SubscriberSave) =>
  subscribers.findOne(
    { _id: subscriber.userId },
    {
      projection: { version: 1, lastSaveId: 1 },
      readConcern: { level: 'linearizable' },
      maxTimeMS: reloadTimeoutMs,
    },
  );
