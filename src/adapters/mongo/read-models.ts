import { createAudit } from './audit.ts';
import { MongoBulkWriteError, type UpdateOneModel } from 'mongodb';
import { type Model, trusted } from 'mongoose';
import type { ReadModelRow, HistoryWriter } from '../../application/ports/outbox.ts';
import type { PastLookups } from '../../application/ports/subscriber-store.ts';
import type { CommandRow } from './models/commands.ts';
import type { Models } from './models/open-models.ts';
import { oneKeptPerPeriod, type PaymentRow } from './models/payments.ts';
import { pastPayment } from './past-rows.ts';
import { isHonoured, type PaymentVersion, recordOf, type VersionedRow } from './read-model-rows.ts';
import { askStore, duplicateKey, isUnavailable } from './store-fault.ts';

type Operation = { readonly updateOne: UpdateOneModel<{ _id: string; version: number }> };

/**
 * The write of one row:
 * 1. A lower version never replaces a higher one, so repeats and late arrivals change nothing.
 * 2. The new row replaces the whole old one, or columns of an earlier status would stay.
 * 3. `refunded` and `duplicate` of a payment survive every later version.
 * 4. The server computes `kept` inside the update, because the refund may be stored before the payment.
 */
function operationOf(models: Models, row: VersionedRow, isDuplicate = false): Operation {
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

/** Positions that a bulk write refused: the row exists (`known`), or another payment is kept for the period. */
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

/** Uses the driver's collection: the records are cast already, and Mongoose's bulk write would only copy the pipelines. */
async function attempt(model: AnyModel, operations: readonly Operation[]): Promise<Refused> {
  try {
    if (operations.length > 0) await model.collection.bulkWrite([...operations] as never, { ordered: false });
    return { known: [], contested: [] };
  } catch (error) {
    return refusedBy(error);
  }
}

/**
 * Writes the rows and returns the positions of contested payments, in order. An upsert is refused on `_id` when
 * 1. the stored row has this version or a higher one: nothing remains to be written;
 * 2. another writer inserted the row at the same moment: this version may be the higher one.
 * A repeat as a plain update matches in the second case and does nothing in the first.
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

/** Duplicates are reported with every write until they are refunded: the process that reported one before may have died. */
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

/** A second kept payment of a period is stored with `duplicate`. */
async function writePayments(models: Models, rows: readonly ReadModelRow[]): Promise<void> {
  const goingBack = rows.flatMap((row) =>
    row.model === 'refunds' && row.isPartial !== true ? [row.row.paymentId] : [],
  );
  // First, or a payment that is refunded in the same write would raise a false alarm.
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

/** A refunded payment no longer pays for its period. The mark may precede its payment, whose versions are all above 0. */
const refundedMark = (paymentId: string): Operation => ({
  updateOne: {
    filter: { _id: paymentId },
    update: { $set: { refunded: true, kept: false }, $setOnInsert: { version: 0 } },
    upsert: true,
  },
});

/** Writes read models from the outbox. A write ends when `onDuplicate` has handled every duplicate that it found. */
export function createHistoryWriter(
  models: Models,
  onDuplicate: (row: PaymentVersion) => Promise<void>,
): HistoryWriter {
  const audit = createAudit(models);
  const write = async (rows: readonly ReadModelRow[]): Promise<void> => {
    const others = (['subscriptions', 'refunds', 'receipts', 'commands'] as const).map((model) =>
      bulk(
        models[model],
        rows.flatMap((row) => (row.model === model ? [operationOf(models, row)] : [])),
      ),
    );
    const acts = rows.flatMap((row) => (row.model === 'audit' ? [row.row] : []));
    await Promise.all([writePayments(models, rows), audit.append(acts), ...others]);
  };
  return {
    write: async (rows) => {
      await askStore(() => write(rows));
      for (const row of await askStore(() => duplicatesAmong(models, rows))) await onDuplicate(row);
    },
  };
}

/** The two read-model queries that decisions make. */
export const createPastLookups = ({ commands, payments }: Models): PastLookups => ({
  findCommand: (userId, commandId) =>
    askStore(async () => {
      const row = await commands.findOne({ _id: commandId, userId }).lean<CommandRow>();
      if (row === null) return null;
      const { type, bodyHash, paymentId, outcome, acceptedAt, claimedAt } = row;
      const claimed = claimedAt === undefined ? {} : { claimedAt };
      return { id: commandId, type, bodyHash, paymentId, outcome, acceptedAt: acceptedAt.getTime(), ...claimed };
    }),
  findPayment: (userId, paymentId) =>
    askStore(async () => {
      const row = await payments.findOne({ _id: paymentId, userId }).lean<PaymentRow>();
      if (row === null) return null;
      return pastPayment(row);
    }),
});
