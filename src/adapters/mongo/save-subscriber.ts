import type { Collection } from 'mongodb';
import type { SubscriberSave } from '../../application/ports/subscriber-store.ts';
import { isDuplicateKey, isUnavailable } from './store-fault.ts';
import { firstDocument, updatePipeline } from './subscriber-document.ts';
import type { SubscriberDocument } from './subscriber-document.ts';

type Subscribers = Collection<SubscriberDocument>;

/** Long enough for an election's dust to settle; the caller holds a message meanwhile and can wait. */
const RELOAD_TIMEOUT_MS = 5_000;

/**
 * The one write that everything rests on: compare-and-set on `version`. What did not match, or was cut off, is looked
 * at again: our own save id there means that it was applied (by the driver's repeat, or by an earlier call).
 */
export async function saveSubscriber(subscribers: Subscribers, save: SubscriberSave): Promise<'saved' | 'conflict'> {
  try {
    if (await attempt(subscribers, save)) return 'saved';
  } catch (error) {
    if (!isUnavailable(error)) throw error;
    const found = await reload(subscribers, save, 'linearizable');
    if (found?.lastSaveId === save.saveId) return 'saved';
    // Nobody won a race: the write got lost, or is still on its way. Not a conflict, the database is in trouble.
    if ((found?.version ?? 0) === save.expectedVersion) throw error;
    return 'conflict';
  }
  return (await reload(subscribers, save, 'majority'))?.lastSaveId === save.saveId ? 'saved' : 'conflict';
}

async function attempt(subscribers: Subscribers, save: SubscriberSave): Promise<boolean> {
  if (save.expectedVersion > 0) {
    const filter = { _id: save.subscriber.userId, version: save.expectedVersion };
    return (await subscribers.updateOne(filter, updatePipeline(save))).matchedCount === 1;
  }
  try {
    await subscribers.insertOne(firstDocument(save));
    return true;
  } catch (error) {
    if (isDuplicateKey(error)) return false;
    throw error;
  }
}

/**
 * After a lost connection linearizable, which waits for the majority: a save that a failing primary could still lose must
 * not be read here as ours. After a lost race the server has waited already, and the cheaper reading says the same.
 */
const reload = (subscribers: Subscribers, { subscriber }: SubscriberSave, level: 'linearizable' | 'majority') =>
  subscribers.findOne(
    { _id: subscriber.userId },
    { projection: { version: 1, lastSaveId: 1 }, readConcern: { level }, maxTimeMS: RELOAD_TIMEOUT_MS },
  );
