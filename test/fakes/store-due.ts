import type { Announce, DueSubscriber, SubscriberStore } from '../../src/application/ports/subscriber-store.ts';
import { type Instant, isAhead } from '../../src/domain/model/instant.ts';
import type { Due } from '../../src/domain/timers/index.ts';
import { type StoreDocument, type StoreDocuments } from './store-document.ts';

type DueQuery = Parameters<SubscriberStore['findDue']>[0];

const reached = (due: Due | null, now: Instant, query: DueQuery): Instant[] =>
  due !== null && due.at <= now && query.types.includes(due.timer.type) ? [due.at] : [];

/** The instants of the subscriber that are due for the query; none while a claim holds. */
function dueInstants({ announce, subscriber }: StoreDocument, query: DueQuery): Instant[] {
  const { testClock, realNow } = query;
  const { notBefore } = announce;
  if (notBefore !== null && notBefore > realNow && !isAhead(notBefore, realNow)) return [];
  if (testClock !== null)
    return subscriber.testClockId === testClock.id ? reached(announce.business, testClock.now, query) : [];
  const business = subscriber.testClockId === null ? reached(announce.business, realNow, query) : [];
  return [...business, ...reached(announce.real, realNow, query)];
}

const claimKeyOf = ({ business, real }: Announce): string => JSON.stringify([business, real]);

export function findDueIn(documents: StoreDocuments, query: DueQuery): DueSubscriber[] {
  return [...documents.values()]
    .map((document) => ({ document, first: Math.min(...dueInstants(document, query)) }))
    .filter(({ first }) => Number.isFinite(first))
    .sort((a, b) => a.first - b.first)
    .slice(0, query.limit)
    .map(({ document: { subscriber, announce } }) => ({
      userId: subscriber.userId,
      announce: structuredClone(announce),
      testClockId: subscriber.testClockId,
      claimKey: claimKeyOf(announce),
    }));
}

const withClaim = (document: StoreDocument, claim: Partial<Announce>): StoreDocument => ({
  ...document,
  announce: { ...document.announce, ...claim },
});

export function claimDueIn(documents: StoreDocuments, due: DueSubscriber, notBefore: Instant): boolean {
  const document = documents.get(due.userId);
  if (document?.announce.notBefore !== due.announce.notBefore) return false;
  if (claimKeyOf(document.announce) !== due.claimKey) return false;
  documents.set(due.userId, withClaim(document, { notBefore }));
  return true;
}

export function countTryIn(documents: StoreDocuments, userId: string, notBefore: Instant): void {
  const document = documents.get(userId);
  if (document?.announce.notBefore !== notBefore) return;
  documents.set(userId, withClaim(document, { tries: document.announce.tries + 1 }));
}
