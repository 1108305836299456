import { randomUUID } from 'node:crypto';
import type { Collection, Filter } from 'mongodb';
import type { DueSubscriber, SubscriberStore } from '../../application/ports/subscriber-store.ts';
import { aheadMsMax, type Instant } from '../../domain/model/instant.ts';
import { timerTypes } from '../../domain/timers/index.ts';
import { announceFrom, type SubscriberDocument } from './subscriber-document.ts';

type Subscribers = Collection<SubscriberDocument>;
type DueQuery = Parameters<SubscriberStore['findDue']>[0];
type DuePart = Pick<SubscriberDocument, '_id' | 'announce' | 'testClockId'>;

const projection = { announce: 1, testClockId: 1 } as const;

/** Each query walks one index, which holds exactly what is due of the wanted types, in order, and stops at the limit. */
export async function findDue(subscribers: Subscribers, query: DueQuery): Promise<readonly DueSubscriber[]> {
  const { testClock, realNow } = query;
  const parts =
    testClock === null
      ? [businessDue(query, null, realNow), realDue(query)]
      : [businessDue(query, testClock.id, testClock.now)];
  const answers = await Promise.all(parts.map((part) => readPart(subscribers, query.limit, part)));
  const byUser = new Map<string, { readonly document: DuePart; readonly at: Instant }>();
  for (const found of answers.flat()) {
    const known = byUser.get(found.document._id);
    if (known === undefined || found.at < known.at) byUser.set(found.document._id, found);
  }
  return [...byUser.values()]
    .toSorted((a, b) => a.at - b.at)
    .slice(0, query.limit)
    .map(({ document: { _id, announce, testClockId } }) => ({
      userId: _id,
      announce: announceFrom(announce),
      testClockId,
      claimKey: announce.key,
    }));
}

type QueryPart = { readonly on: 'business' | 'real'; readonly filter: Filter<SubscriberDocument> };

/** Two ranges of the index, merged: without a claim that holds, and with one that a clock wrote that is hours ahead. */
const unclaimed = (filter: Filter<SubscriberDocument>, realNow: Instant): Filter<SubscriberDocument> => ({
  $or: [
    { ...filter, 'announce.notBefore': { $not: { $gt: realNow } } },
    { ...filter, 'announce.notBefore': { $gt: realNow + aheadMsMax } },
  ],
});

export const businessDue = ({ types, realNow }: DueQuery, testClockId: string | null, now: Instant): QueryPart => ({
  on: 'business',
  filter: unclaimed(
    { testClockId, 'announce.business.timer.type': { $in: [...types] }, 'announce.business.at': { $lte: now } },
    realNow,
  ),
});

export const realDue = ({ types, realNow }: DueQuery): QueryPart => ({
  on: 'real',
  filter: unclaimed(
    { 'announce.real.timer.type': { $in: [...types] }, 'announce.real.at': { $lte: realNow } },
    realNow,
  ),
});

export const dueCursor = (subscribers: Subscribers, limit: number, { on, filter }: QueryPart) =>
  subscribers
    .find(filter, { projection })
    .sort({ [`announce.${on}.at`]: 1 })
    .limit(limit);

async function readPart(subscribers: Subscribers, limit: number, part: QueryPart) {
  const documents = await dueCursor(subscribers, limit, part).toArray();
  return documents.flatMap((document) => {
    const due = document.announce[part.on];
    return due === null ? [] : [{ document, at: due.at }];
  });
}

/** Makes all claims in one bulk write. Its answer only counts the claims that won; the id of this call marks them. */
export async function claimDue(
  subscribers: Subscribers,
  claims: Parameters<SubscriberStore['claimDue']>[0],
): Promise<readonly boolean[]> {
  if (claims.length === 0) return [];
  const claimId = randomUUID();
  const operations = claims.map(({ due: { userId, announce, claimKey }, notBefore }) => ({
    updateOne: {
      filter: { _id: userId, 'announce.key': claimKey, 'announce.notBefore': announce.notBefore },
      update: { $set: { 'announce.notBefore': notBefore, 'announce.claimId': claimId } },
    },
  }));
  const { matchedCount } = await subscribers.bulkWrite(operations, { ordered: false });
  if (matchedCount === claims.length) return claims.map(() => true);
  if (matchedCount === 0) return claims.map(() => false);
  const won = await subscribers
    .find({ _id: { $in: claims.map(({ due }) => due.userId) }, 'announce.claimId': claimId })
    .project<{ readonly _id: string }>({ _id: 1 })
    .toArray();
  const winners = new Set(won.map(({ _id }) => _id));
  return claims.map(({ due }) => winners.has(due.userId));
}

export async function countTries(
  subscribers: Subscribers,
  published: Parameters<SubscriberStore['countTries']>[0],
): Promise<void> {
  const operations = published.map(({ userId, notBefore }) => ({
    updateOne: {
      filter: { _id: userId, 'announce.notBefore': notBefore },
      update: { $inc: { 'announce.tries': 1 } },
    },
  }));
  if (operations.length > 0) await subscribers.bulkWrite(operations, { ordered: false });
}

export const earliestCursor = (
  subscribers: Subscribers,
  testClockId: string,
  between: { readonly after: Instant; readonly until: Instant },
) =>
  subscribers
    .find(
      {
        testClockId,
        // The index leads with the type, so a query over all types must name each.
        'announce.business.timer.type': { $in: [...timerTypes] },
        'announce.business.at': { $gt: between.after, $lte: between.until },
      },
      { projection },
    )
    .sort({ 'announce.business.at': 1 })
    .limit(1);

export async function earliestDue(...asked: Parameters<typeof earliestCursor>): Promise<Instant | null> {
  const [first] = await earliestCursor(...asked).toArray();
  return first?.announce.business?.at ?? null;
}
