import type { Collection, Db } from 'mongodb';
import type { SubscriberStore } from '../../application/ports/subscriber-store.ts';
import type { Instant } from '../../domain/instant.ts';
import { claimDue, countTries, earliestDue, findDue } from './due-subscribers.ts';
import { saveSubscriber } from './save-subscriber.ts';
import { askStore } from './store-fault.ts';
import { SUBSCRIBERS, storedFrom, subscriberFrom } from './subscriber-document.ts';
import type { SubscriberDocument } from './subscriber-document.ts';

export const subscribersOf = (db: Db): Collection<SubscriberDocument> => db.collection<SubscriberDocument>(SUBSCRIBERS);

export function createSubscriberStore(subscribers: Collection<SubscriberDocument>): SubscriberStore {
  return {
    load: async (userId) => {
      const document = await askStore(() => subscribers.findOne({ _id: userId }));
      return document === null ? null : storedFrom(document);
    },
    save: (save) => askStore(() => saveSubscriber(subscribers, save)),
    pullOutbox: async (published) => {
      const operations = published.map(({ userId, entryIds }) => ({
        updateOne: { filter: { _id: userId }, update: { $pull: { outbox: { id: { $in: [...entryIds] } } } } },
      }));
      if (operations.length > 0) await askStore(() => subscribers.bulkWrite(operations, { ordered: false }));
    },
    findLeftovers: async (before, limit) => {
      const documents = await askStore(() => leftoverCursor(subscribers, before, limit).toArray());
      return documents.map(({ _id, outbox }) => ({ userId: _id, outbox }));
    },
    findDue: (query) => askStore(() => findDue(subscribers, query)),
    claimDue: (claims) => askStore(() => claimDue(subscribers, claims)),
    countTries: (published) => askStore(() => countTries(subscribers, published)),
    earliestDue: (testClockId, after, until) => askStore(() => earliestDue(subscribers, testClockId, { after, until })),
    isSettled: (testClockId, now) => askStore(() => isSettled(subscribers, testClockId, now)),
    findCommands: (wanted) => askStore(() => findCommands(subscribers, wanted)),
  };
}

export const leftoverCursor = (subscribers: Collection<SubscriberDocument>, before: Instant, limit: number) =>
  subscribers
    .find({ 'outbox.0.at': { $lt: before } }, { projection: { outbox: 1 } })
    .sort({ 'outbox.0.at': 1 })
    .limit(limit);

/** Development only: a clock has few subscribers, so each of them may be looked at. */
async function isSettled(
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

/** One question for all waiting requests of the process; outboxes may be long and are of no use to them. */
async function findCommands(
  subscribers: Collection<SubscriberDocument>,
  wanted: Parameters<SubscriberStore['findCommands']>[0],
): ReturnType<SubscriberStore['findCommands']> {
  if (wanted.length === 0) return [];
  const userIds = [...new Set(wanted.map(({ userId }) => userId))];
  const documents = await subscribers
    .find({ _id: { $in: userIds } }, { projection: { outbox: 0, announce: 0 } })
    .toArray();
  const byUser = new Map(documents.map((document) => [document._id, subscriberFrom(document)]));
  return wanted.flatMap(({ userId, commandId }) => {
    const subscriber = byUser.get(userId);
    const entry = subscriber?.commands.find(({ id }) => id === commandId);
    return subscriber === undefined || entry === undefined ? [] : [{ userId, entry, subscriber }];
  });
}
