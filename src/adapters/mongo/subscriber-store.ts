import type { Collection, Filter } from 'mongodb';
import type { SubscriberStore } from '../../application/ports/subscriber-store.ts';
import { aheadMsMax, type Instant } from '../../domain/model/instant.ts';
import type { Subscriber } from '../../domain/model/subscriber.ts';
import { coalesce } from './coalesce.ts';
import { entryFrom } from './outbox-document.ts';
import { claimDue, countTries, earliestDue, findDue } from './due-subscribers.ts';
import type { Models } from './models/open-models.ts';
import { createSaveSubscriber } from './save-subscriber.ts';
import { askStore } from './store-fault.ts';
import { storedFrom, type SubscriberDocument, subscriberFrom } from './subscriber-document.ts';

/**
 * The driver's collection behind the model. A save is a pipeline, which Mongoose copies and wraps but does not cast. Without
 * it a bulk of saves takes 0.75 of the CPU and is 1.24 times as fast; a single save takes 0.85 of the CPU
 * (`npm run bench -- compare-and-set`).
 */
export const subscribersOf = ({ subscribers }: Models): Collection<SubscriberDocument> =>
  subscribers.collection as unknown as Collection<SubscriberDocument>;

export function createSubscriberStore(subscribers: Collection<SubscriberDocument>): SubscriberStore {
  const load = coalesce((userIds: readonly string[]) => loadTogether(subscribers, userIds));
  const saveSubscriber = createSaveSubscriber(subscribers);
  return {
    load: (userId) => askStore(() => load(userId)),
    findMany: (userIds) => askStore(() => findMany(subscribers, userIds)),
    save: (save) => askStore(() => saveSubscriber(save)),
    pullOutbox: async (published) => {
      const operations = published.map(({ userId, entryIds }) => ({
        updateOne: { filter: { _id: userId }, update: { $pull: { outbox: { id: { $in: [...entryIds] } } } } },
      }));
      if (operations.length > 0) await askStore(() => subscribers.bulkWrite(operations, { ordered: false }));
    },
    findLeftovers: async (before, among) => {
      const documents = await askStore(() => leftoverCursor(subscribers, before, among).toArray());
      return documents.map(({ _id, outbox }) => ({ userId: _id, outbox: outbox.map(entryFrom) }));
    },
    findDue: (query) => askStore(() => findDue(subscribers, query)),
    claimDue: (claims) => askStore(() => claimDue(subscribers, claims)),
    countTries: (published) => askStore(() => countTries(subscribers, published)),
    earliestDue: (testClockId, after, until) => askStore(() => earliestDue(subscribers, testClockId, { after, until })),
    isQuiescent: (testClockId, now) => askStore(() => isQuiescent(subscribers, testClockId, now)),
    findCommands: (wanted) => askStore(() => findCommands(subscribers, wanted)),
  };
}

export function leftoverCursor(
  subscribers: Collection<SubscriberDocument>,
  before: Instant,
  { limit, from, except }: Parameters<SubscriberStore['findLeftovers']>[1],
) {
  // In both ranges, so that the index skips what is older.
  const least = from === null ? {} : { $gte: from };
  const $or = [{ 'outbox.0.at': { ...least, $lt: before } }, { 'outbox.0.at': { ...least, $gt: before + aheadMsMax } }];
  return subscribers
    .find({ $or, ...(except.length === 0 ? {} : { _id: { $nin: [...except] } }) }, { projection: { outbox: 1 } })
    .sort({ 'outbox.0.at': 1 })
    .limit(limit);
}

/** Development only: a clock has few subscribers, so a scan of them is cheap. */
async function isQuiescent(
  subscribers: Collection<SubscriberDocument>,
  testClockId: string,
  now: Instant,
): Promise<boolean> {
  const underWay = await subscribers.findOne(
    {
      testClockId,
      $or: [
        { 'announce.business.at': { $lte: now } },
        { 'payment.state': { $in: ['created', 'sending'] } },
        { 'watched.state': { $in: ['created', 'sending'] } },
        { 'refunds.state': { $in: ['requested', 'sending'] } },
        { 'outbox.0': { $exists: true } },
      ],
    },
    { projection: { _id: 1 } },
  );
  return underWay === null;
}

async function loadTogether(subscribers: Collection<SubscriberDocument>, userIds: readonly string[]) {
  const documents = await subscribers.find({ _id: { $in: [...userIds] } }).toArray();
  const byUser = new Map(documents.map((document) => [document._id, document]));
  return (userId: string) => {
    const document = byUser.get(userId);
    return document === undefined ? null : storedFrom(document);
  };
}

/** Omits outbox and announcement: the outbox may be long, and no caller of many subscribers uses them. */
async function findMany(
  subscribers: Collection<SubscriberDocument>,
  userIds: readonly string[],
  among: Filter<SubscriberDocument> = {},
): Promise<readonly Subscriber[]> {
  if (userIds.length === 0) return [];
  const documents = await subscribers
    .find({ ...among, _id: { $in: [...new Set(userIds)] } }, { projection: { outbox: 0, announce: 0 } })
    .toArray();
  return documents.map(subscriberFrom);
}

/** One query for all waiting requests of the process. A document without a wanted command is not transferred. */
async function findCommands(
  subscribers: Collection<SubscriberDocument>,
  wanted: Parameters<SubscriberStore['findCommands']>[0],
): ReturnType<SubscriberStore['findCommands']> {
  const found = await findMany(
    subscribers,
    wanted.map(({ userId }) => userId),
    { 'commands.id': { $in: wanted.map(({ commandId }) => commandId) } },
  );
  const byUser = new Map(found.map((subscriber) => [subscriber.userId, subscriber]));
  return wanted.flatMap(({ userId, commandId }) => {
    const subscriber = byUser.get(userId);
    const entry = subscriber?.commands.find(({ id }) => id === commandId);
    return subscriber === undefined || entry === undefined ? [] : [{ userId, entry, subscriber }];
  });
}
