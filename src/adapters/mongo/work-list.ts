import type { Collection, Filter } from 'mongodb';
import { byAge, type WorkItem, type WorkList } from '../../application/ports/work-list.ts';
import type { Models } from './models/open-models.ts';
import { askStore } from './store-fault.ts';
import { stuckRows } from './stuck-rows.ts';

type Query = Parameters<WorkList>[0];
type Waiting = {
  readonly _id: string;
  readonly userId: string;
  readonly createdRealAt: Date;
  readonly held: { readonly since: number };
  readonly lateSince: number;
  readonly since: Date;
};
type Rows = Pick<Collection<Waiting>, 'find'>;

/** Where the item was the last of the page before: what comes after it in the order of (field, `_id`). */
const later = (field: string, since: unknown, id: string): Filter<Waiting> => ({
  $or: [{ [field]: { $gt: since } }, { [field]: since, _id: { $gt: id } }],
});

async function unresolved(rows: Rows, kind: WorkItem['kind'], { state, after, limit }: Query) {
  const filter = {
    ...(state === 'stuck' ? stuckRows : { state: 'unknown' }),
    ...(after === null ? {} : later('createdRealAt', new Date(after.since), after.id)),
  };
  const found = await rows.find(filter).sort({ createdRealAt: 1, _id: 1 }).limit(limit).toArray();
  return found.map(({ _id: id, userId, createdRealAt }) => ({ userId, kind, id, since: createdRealAt.getTime() }));
}

async function held(rows: Rows, { after, limit }: Query): Promise<readonly WorkItem[]> {
  const filter = {
    'held.since': { $exists: true },
    ...(after === null ? {} : later('held.since', after.since, after.id)),
  };
  const found = await rows.find(filter).sort({ 'held.since': 1, _id: 1 }).limit(limit).toArray();
  return found.map(({ _id: id, userId, held: { since } }) => ({ userId, kind: 'subscription', id, since }));
}

async function lateRefunds(rows: Rows, { after, limit }: Query): Promise<readonly WorkItem[]> {
  const filter = {
    lateSince: { $exists: true },
    ...(after === null ? {} : later('lateSince', after.since, after.id)),
  };
  const found = await rows.find(filter).sort({ lateSince: 1, _id: 1 }).limit(limit).toArray();
  return found.map(({ _id: id, userId, lateSince: since }) => ({ userId, kind: 'refund', id, since }));
}

async function failedReceipts(rows: Rows, { after, limit }: Query): Promise<readonly WorkItem[]> {
  const filter = { state: 'failed', ...(after === null ? {} : later('since', new Date(after.since), after.id)) };
  const found = await rows.find(filter).sort({ since: 1, _id: 1 }).limit(limit).toArray();
  return found.map(({ _id: id, userId, since }) => ({ userId, kind: 'receipt', id, since: since.getTime() }));
}

/** Each query reads a partial index that holds only what waits. Uses the driver's collections: it only reads. */
export function createWorkList({ payments, refunds, receipts, subscriptions }: Models): WorkList {
  const rowsOf = ({ collection }: { readonly collection: unknown }): Rows => collection as Rows;
  return (query) =>
    askStore(async () => {
      if (query.state === 'held') return held(rowsOf(subscriptions), query);
      if (query.state === 'refund_late') return lateRefunds(rowsOf(refunds), query);
      if (query.state === 'receipt_failed') return failedReceipts(rowsOf(receipts), query);
      const found = await Promise.all([
        unresolved(rowsOf(payments), 'payment', query),
        unresolved(rowsOf(refunds), 'refund', query),
      ]);
      return found.flat().toSorted(byAge).slice(0, query.limit);
    });
}
