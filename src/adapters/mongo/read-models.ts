import { MongoBulkWriteError, type UpdateOneModel } from 'mongodb';
import { type Model, trusted } from 'mongoose';
import type { ReadModelRow, HistoryWriter } from '../../application/ports/outbox.ts';
import type { PastLookups } from '../../application/ports/subscriber-store.ts';
import type { CommandRow } from './models/commands.ts';
import type { Models } from './models/open-models.ts';
import { oneKeptPerPeriod, type PaymentRow } from './models/payments.ts';
import { isHonoured, type PaymentVersion, recordOf } from './read-model-rows.ts';
import { askStore, duplicateKey, isUnavailable } from './store-fault.ts';

type Operation = { readonly updateOne: UpdateOneModel<{ _id: string; version: number }> };

/**
 * Rows only move forward, and a row replaces the one before, or the columns of an earlier status would stay behind.
 * What happened to a payment's money stands beside its columns and is kept through every later version; `kept` is judged
 * inside the update, for a refund may have been written before.
 */
function operationOf(models: Models, row: ReadModelRow, isDuplicate = false): Operation {
  const record = { $literal: recordOf(models, row) };
  const refunded = { $eq: ['$refunded', true] };
  const duplicate = isDuplicate || { $eq: ['$duplicate', true] };
  const money =
    row.model === 'payments'
      ? { refunded, duplicate, kept: { $and: [isHonoured(row), { $not: [{ $or: [refunded, duplicate] }] }] } }
      : {};
  return {
    updateOne: {
      filter: { _id: row.id, version: { $lt: row.version } },
      update: [{ $replaceWith: { $mergeObjects: [record, money] } }],
      upsert: true,
    },
  };
}

type AnyModel = Pick<Model<never>, 'collection'>;

/** Positions of what a bulk could not write: the row is there already, or another payment is kept for the period. */
type Refused = { readonly known: readonly number[]; readonly contested: readonly number[] };

function refusedBy(error: unknown): Refused {
  if (!(error instanceof MongoBulkWriteError)) throw error;
  const failures = [error.writeErrors].flat();
  const serious = failures.find((failure) => failure.code !== duplicateKey);
  if (isUnavailable(error) || serious !== undefined || failures.length === 0) throw error;
  const contested = failures.filter((failure) => (failure.errmsg ?? '').includes(oneKeptPerPeriod));
  const known = failures.filter((failure) => !contested.includes(failure));
  return { known: known.map(({ index }) => index), contested: contested.map(({ index }) => index) };
}

/** Through the collection: the records are cast already, and the library's bulk would copy the pipelines and cast none. */
async function attempt(model: AnyModel, operations: readonly Operation[]): Promise<Refused> {
  try {
    if (operations.length > 0) await model.collection.bulkWrite([...operations] as never, { ordered: false });
    return { known: [], contested: [] };
  } catch (error) {
    return refusedBy(error);
  }
}

/**
 * Writes what is new and tells what is contested, in order. An upsert is refused on `_id` when its row is older, but also
 * when another writer has put the row in at this very moment: asked again as an update, which only an older one misses.
 */
async function bulk(model: AnyModel, operations: readonly Operation[]): Promise<readonly number[]> {
  const first = await attempt(model, operations);
  const known = first.known.toSorted((a, b) => a - b);
  const updates = known.flatMap((position) => operations[position] ?? []);
  const second = await attempt(
    model,
    updates.map(({ updateOne }) => ({ updateOne: { ...updateOne, upsert: false } })),
  );
  const contested = [...first.contested, ...second.contested.flatMap((position) => known[position] ?? [])];
  return contested.toSorted((a, b) => a - b);
}

/** Reported with every write until its money goes back: whoever heard of it first may have died of it. */
async function duplicatesAmong(
  { payments }: Models,
  rows: readonly ReadModelRow[],
): Promise<readonly PaymentVersion[]> {
  const paid = new Map(rows.flatMap((row) => (row.model === 'payments' && isHonoured(row) ? [[row.id, row]] : [])));
  if (paid.size === 0) return [];
  const filter = { _id: trusted({ $in: [...paid.keys()] }), duplicate: true, refunded: false };
  const found = await payments.find(filter, { _id: 1 }).lean<Pick<PaymentRow, '_id'>[]>();
  return found.flatMap(({ _id }) => paid.get(_id) ?? []);
}

/** A second kept payment of a period is written down as what it is. */
async function writePayments(models: Models, rows: readonly ReadModelRow[]): Promise<void> {
  const goingBack = rows.flatMap((row) => (row.model === 'refunds' ? [row.row.paymentId] : []));
  // Before any payment of the same write is judged, or money that goes back would raise a false alarm.
  await bulk(models.payments, [...new Set(goingBack)].map(refundedMark));
  const payments = rows.filter((row) => row.model === 'payments');
  const positions = await bulk(
    models.payments,
    payments.map((row) => operationOf(models, row)),
  );
  for (const row of positions.flatMap((position) => payments[position] ?? [])) {
    await bulk(models.payments, [operationOf(models, row, true)]);
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
export function createHistoryWriter(
  models: Models,
  onDuplicate: (row: PaymentVersion) => Promise<void>,
): HistoryWriter {
  const write = async (rows: readonly ReadModelRow[]): Promise<void> => {
    const others = (['subscriptions', 'refunds', 'commands'] as const).map((model) =>
      bulk(
        models[model],
        rows.filter((row) => row.model === model).map((row) => operationOf(models, row)),
      ),
    );
    await Promise.all([writePayments(models, rows), ...others]);
  };
  return {
    write: async (rows) => {
      await askStore(() => write(rows));
      for (const row of await askStore(() => duplicatesAmong(models, rows))) await onDuplicate(row);
    },
  };
}

/** The two questions that a read model answers for a decision. */
export const createPastLookups = ({ commands, payments }: Models): PastLookups => ({
  findCommand: (userId, commandId) =>
    askStore(async () => {
      const row = await commands.findOne({ _id: commandId, userId }).lean<CommandRow>();
      if (row === null) return null;
      const { type, bodyHash, paymentId, outcome, acceptedAt } = row;
      return { id: commandId, type, bodyHash, paymentId, outcome, acceptedAt: acceptedAt.getTime() };
    }),
  findPayment: (userId, paymentId) =>
    askStore(async () => {
      const row = await payments.findOne({ _id: paymentId, userId }).lean<PaymentRow>();
      if (row === null) return null;
      const { subscriptionId, periodKey, attemptNo, kind, amount, state, watchedBecause } = row;
      const isRefunded = row.refunded === true;
      return { paymentId, subscriptionId, periodKey, attemptNo, kind, amount, state, watchedBecause, isRefunded };
    }),
});
