import { type Db, MongoBulkWriteError, type UpdateOneModel } from 'mongodb';
import type { ReadModelRow, HistoryWriter } from '../../application/ports/outbox.ts';
import type { PastLookups } from '../../application/ports/subscriber-store.ts';
import type { CommandEntry } from '../../domain/model/command.ts';
import type { PastPayment } from '../../domain/model/context.ts';
import { columnsOf, isHonoured, type PaymentRow } from './read-model-rows.ts';
import { askStore, isUnavailable } from './store-fault.ts';

type Row = { readonly _id: string } & Record<string, unknown>;
type Operation = { readonly updateOne: UpdateOneModel<Row> };

const duplicateKey = 11_000;
const periodIndex = 'one_kept_per_period';

/**
 * Rows only move forward, and a row replaces the one before, or the columns of an earlier status would stay behind.
 * What happened to a payment's money stands beside its columns and is kept through every later version; `kept` is judged
 * inside the update, for a refund may have been written before.
 */
function operationOf(row: ReadModelRow, isDuplicate = false): Operation {
  const columns = Object.fromEntries(
    Object.entries(columnsOf(row)).map(([name, value]) => [name, { $literal: value }]),
  );
  const refunded = { $eq: ['$refunded', true] };
  const duplicate = isDuplicate || { $eq: ['$duplicate', true] };
  const money =
    row.model === 'payments'
      ? { refunded, duplicate, kept: { $and: [isHonoured(row), { $not: [{ $or: [refunded, duplicate] }] }] } }
      : {};
  return {
    updateOne: {
      filter: { _id: row.id, version: { $lt: row.version } },
      update: [{ $replaceWith: { _id: '$_id', ...columns, ...money } }],
      upsert: true,
    },
  };
}

/** Positions of what a bulk could not write: the row is there already, or another payment is kept for the period. */
type Refused = { readonly known: readonly number[]; readonly contested: readonly number[] };

function refusedBy(error: unknown): Refused {
  if (!(error instanceof MongoBulkWriteError)) throw error;
  const failures = [error.writeErrors].flat();
  const serious = failures.find((failure) => failure.code !== duplicateKey);
  if (isUnavailable(error) || serious !== undefined || failures.length === 0) throw error;
  const contested = failures.filter((failure) => (failure.errmsg ?? '').includes(periodIndex));
  const known = failures.filter((failure) => !contested.includes(failure));
  return { known: known.map(({ index }) => index), contested: contested.map(({ index }) => index) };
}

async function attempt(db: Db, model: string, operations: readonly Operation[]): Promise<Refused> {
  try {
    if (operations.length > 0) await db.collection<Row>(model).bulkWrite([...operations], { ordered: false });
    return { known: [], contested: [] };
  } catch (error) {
    return refusedBy(error);
  }
}

/**
 * Writes what is new and tells what is contested, in order. An upsert is refused on `_id` when its row is older, but also
 * when another writer has put the row in at this very moment: asked again as an update, which only an older one misses.
 */
async function bulk(db: Db, model: string, operations: readonly Operation[]): Promise<readonly number[]> {
  const first = await attempt(db, model, operations);
  const known = first.known.toSorted((a, b) => a - b);
  const updates = known.flatMap((position) => operations[position] ?? []);
  const second = await attempt(
    db,
    model,
    updates.map(({ updateOne }) => ({ updateOne: { ...updateOne, upsert: false } })),
  );
  const contested = [...first.contested, ...second.contested.flatMap((position) => known[position] ?? [])];
  return contested.toSorted((a, b) => a - b);
}

/** Reported with every write until its money goes back: whoever heard of it first may have died of it. */
async function duplicatesAmong(db: Db, rows: readonly ReadModelRow[]): Promise<readonly PaymentRow[]> {
  const paid = new Map(rows.flatMap((row) => (row.model === 'payments' && isHonoured(row) ? [[row.id, row]] : [])));
  if (paid.size === 0) return [];
  const filter = { _id: { $in: [...paid.keys()] }, duplicate: true, refunded: false };
  const found = await db.collection<Row>('payments').find(filter).project<Row>({ _id: 1 }).toArray();
  return found.flatMap(({ _id }) => paid.get(_id) ?? []);
}

/** A second kept payment of a period is written down as what it is. */
async function writePayments(db: Db, rows: readonly ReadModelRow[]): Promise<void> {
  const goingBack = rows.flatMap((row) => (row.model === 'refunds' ? [row.row.paymentId] : []));
  // Before any payment of the same write is judged, or money that goes back would raise a false alarm.
  await bulk(db, 'payments', [...new Set(goingBack)].map(refundedMark));
  const payments = rows.filter((row) => row.model === 'payments');
  const positions = await bulk(
    db,
    'payments',
    payments.map((row) => operationOf(row)),
  );
  for (const row of positions.flatMap((position) => payments[position] ?? [])) {
    await bulk(db, 'payments', [operationOf(row, true)]);
  }
}

/** Money that goes back no longer pays for its period. Marked also ahead of its payment, whose every version is newer. */
const refundedMark = (paymentId: string): Operation => ({
  updateOne: {
    filter: { _id: paymentId },
    update: { $set: { refunded: true, kept: false }, $setOnInsert: { version: 0 } },
    upsert: true,
  },
});

/** Read models written from the outbox; repeats and late arrivals change nothing. A write waits until what it reports is mended. */
export function createHistoryWriter(db: Db, onDuplicate: (row: PaymentRow) => Promise<void>): HistoryWriter {
  const write = async (rows: readonly ReadModelRow[]): Promise<void> => {
    const others = (['subscriptions', 'refunds', 'commands'] as const).map((model) =>
      bulk(
        db,
        model,
        rows.filter((row) => row.model === model).map((row) => operationOf(row)),
      ),
    );
    await Promise.all([writePayments(db, rows), ...others]);
  };
  return {
    write: async (rows) => {
      await askStore(() => write(rows));
      for (const row of await askStore(() => duplicatesAmong(db, rows))) await onDuplicate(row);
    },
  };
}

/** The two questions that a read model answers for a decision. */
export const createPastLookups = (db: Db): PastLookups => ({
  findCommand: (userId, commandId) =>
    askStore(async () => {
      const row = await db
        .collection<Omit<CommandEntry, 'id' | 'acceptedAt'> & { _id: string; userId: string; acceptedAt: Date }>(
          'commands',
        )
        .findOne({ _id: commandId, userId });
      if (row === null) return null;
      const { type, bodyHash, paymentId, outcome, acceptedAt } = row;
      return { id: commandId, type, bodyHash, paymentId, outcome, acceptedAt: acceptedAt.getTime() };
    }),
  findPayment: (userId, paymentId) =>
    askStore(async () => {
      const row = await db
        .collection<
          Omit<PastPayment, 'paymentId' | 'isRefunded'> & { _id: string; userId: string; refunded?: boolean }
        >('payments')
        .findOne({ _id: paymentId, userId });
      if (row === null) return null;
      const { subscriptionId, periodKey, attemptNo, kind, amount, state, watchedBecause } = row;
      const isRefunded = row.refunded === true;
      return { paymentId, subscriptionId, periodKey, attemptNo, kind, amount, state, watchedBecause, isRefunded };
    }),
});
