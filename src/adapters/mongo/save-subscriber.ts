import { type Collection, MongoBulkWriteError } from 'mongodb';
import type { SubscriberSave } from '../../application/ports/subscriber-store.ts';
import { coalesce } from './coalesce.ts';
import { duplicateKey, isDuplicateKey, isUnavailable } from './store-fault.ts';
import { firstDocument, type SubscriberDocument, updatePipeline } from './subscriber-document.ts';

type Subscribers = Collection<SubscriberDocument>;

/** Long enough for an election's dust to settle; the caller holds a message meanwhile and can wait. */
const reloadTimeoutMs = 5_000;

/**
 * The one write that everything rests on: compare-and-set on `version`. What did not match, or was cut off, is looked
 * at again: our own save id there means that it was applied (by the driver's repeat, or by an earlier call).
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
      // Nobody won a race: the write got lost, or is still on its way. Not a conflict, the database is in trouble.
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
 * Saves of many subscribers in one command, each of them atomic by itself. A server counts its matches and does not name
 * them; what it refuses it names. So each is asked for as an upsert: what does not match would be a second document of that
 * subscriber, and is refused as one. What is refused for anything else is tried again alone, and fails without the others.
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

/** What of a bulk was refused; null when that is not known. A lost connection is for the caller. */
async function failuresOf(bulk: Promise<unknown>) {
  try {
    await bulk;
    return [];
  } catch (error) {
    if (isUnavailable(error)) throw error;
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

/** After a lost race the server has waited for the majority already, and the cheaper reading says the same as below. */
async function lastSaveIds(subscribers: Subscribers, userIds: readonly string[]) {
  const filter = { _id: { $in: [...userIds] } };
  const options = { projection: { lastSaveId: 1 }, maxTimeMS: reloadTimeoutMs };
  const found = await subscribers.find(filter, options).toArray();
  const byUser = new Map(found.map(({ _id, lastSaveId }) => [_id, lastSaveId]));
  return (userId: string): string | undefined => byUser.get(userId);
}

/**
 * After a lost connection linearizable, which waits for the majority: a save that a failing primary could still lose must
 * not be read here as ours.
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
