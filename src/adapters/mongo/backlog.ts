import type { Collection, Document, Filter } from 'mongodb';
import { type Backlog, countedMax, type ReadBacklog } from '../../application/ports/backlog.ts';
import type { WorkState } from '../../application/ports/work-list.ts';
import type { Instant } from '../../domain/model/instant.ts';
import { type TimerType, timerTypes } from '../../domain/timers/index.ts';
import type { Models } from './models/open-models.ts';
import { askStore } from './store-fault.ts';
import { stuckRows } from './stuck-rows.ts';
import type { SubscriberDocument } from './subscriber-document.ts';
import { subscribersOf } from './subscriber-store.ts';

/** A metric is no reason to load a slow database further. */
const maxTimeMS = 5_000;

type Subscribers = Collection<SubscriberDocument>;

/** The oldest timer of the type that is due: one step into an index, claimed or not. */
export function oldestDueCursor(subscribers: Subscribers, on: 'business' | 'real', type: TimerType, now: Instant) {
  const filter: Filter<SubscriberDocument> = {
    // An instant of a test clock says nothing about how late it is.
    ...(on === 'business' ? { testClockId: null } : {}),
    [`announce.${on}.timer.type`]: type,
    [`announce.${on}.at`]: { $lte: now },
  };
  return subscribers
    .find(filter, { projection: { announce: 1 }, maxTimeMS })
    .sort({ [`announce.${on}.at`]: 1 })
    .limit(1);
}

async function oldestDue(subscribers: Subscribers, type: TimerType, now: Instant): Promise<Instant | null> {
  const found = await Promise.all(
    (['business', 'real'] as const).map(async (on) => {
      const [first] = await oldestDueCursor(subscribers, on, type, now).toArray();
      return first?.announce[on]?.at ?? Infinity;
    }),
  );
  const oldest = Math.min(...found);
  return oldest === Infinity ? null : oldest;
}

async function oldestOutbox(subscribers: Subscribers): Promise<Instant | null> {
  const [first] = await subscribers
    .find({ 'outbox.0.at': { $exists: true } }, { projection: { 'outbox.at': 1 }, maxTimeMS })
    .sort({ 'outbox.0.at': 1 })
    .limit(1)
    .toArray();
  return first?.outbox[0]?.at ?? null;
}

type Counted = Pick<Collection, 'countDocuments'>;
const count = (rows: Counted, filter: Document): Promise<number> =>
  rows.countDocuments(filter, { limit: countedMax, maxTimeMS });

/** Each query reads an index that holds little else than what it counts. */
export function createReadBacklog(models: Models): ReadBacklog {
  const subscribers = subscribersOf(models);
  const rowsOf = ({ collection }: { readonly collection: unknown }): Counted => collection as Counted;
  const payments = rowsOf(models.payments);
  const refunds = rowsOf(models.refunds);
  const operations = async (filter: Document): Promise<number> =>
    (await count(payments, filter)) + (await count(refunds, filter));
  const countWork: Readonly<Record<WorkState, () => Promise<number>>> = {
    held: () => count(rowsOf(models.subscriptions), { 'held.since': { $exists: true } }),
    unknown: () => operations({ state: 'unknown' }),
    stuck: () => operations(stuckRows),
    refund_late: () => count(refunds, { lateSince: { $exists: true } }),
    receipt_failed: () => count(rowsOf(models.receipts), { state: 'failed' }),
  };
  const each = async <Name extends string, Found>(names: readonly Name[], read: (name: Name) => Promise<Found>) =>
    Object.fromEntries(await Promise.all(names.map(async (name) => [name, await read(name)]))) as Record<Name, Found>;
  return (now) =>
    askStore(async (): Promise<Backlog> => ({
      oldestDue: await each(timerTypes, (type) => oldestDue(subscribers, type, now)),
      oldestOutbox: await oldestOutbox(subscribers),
      work: await each(Object.keys(countWork) as WorkState[], (state) => countWork[state]()),
      openDeadLetters: await count(rowsOf(models.deadLetters), { state: 'open' }),
    }));
}
