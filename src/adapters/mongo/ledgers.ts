import { MongoBulkWriteError } from 'mongodb';
import type { AnyBulkWriteOperation, Db } from 'mongodb';
import type { LedgerRow, LedgerWriter } from '../../application/ports/outbox.ts';
import type { DecisionLedger } from '../../application/ports/subscriber-store.ts';
import type { CommandEntry } from '../../domain/command.ts';
import type { LedgerPayment } from '../../domain/context.ts';
import { columnsOf, isHonoured, type PaymentRow } from './ledger-rows.ts';
import { askStore, storeUnavailable } from './store-fault.ts';

type Row = { readonly _id: string } & Record<string, unknown>;
type Operation = AnyBulkWriteOperation<Row>;

const duplicateKey = 11_000;
const periodIndex = 'one_kept_per_period';

/** Set beside a payment's columns by what happened to its money, and kept through every later version. */
type Fate = 'duplicate' | 'refunded';

/**
 * Rows only move forward: an older one finds a newer version, and its upsert fails on `_id`, which is ignored. The row
 * replaces the one before, or the columns of an earlier status would stay behind. `kept` is judged inside the update,
 * for a refund may have been written before.
 */
function operationOf(row: LedgerRow, fates: Partial<Record<Fate, true>> = {}): Operation {
  const columns = Object.fromEntries(
    Object.entries(columnsOf(row)).map(([name, value]) => [name, { $literal: value }]),
  );
  const fateOf = (fate: Fate) => fates[fate] ?? { $eq: [`$${fate}`, true] };
  const honoured = row.ledger === 'payments' && isHonoured(row);
  const [refunded, duplicate] = [fateOf('refunded'), fateOf('duplicate')];
  const money =
    row.ledger === 'payments'
      ? { refunded, duplicate, kept: { $and: [honoured, { $not: [{ $or: [refunded, duplicate] }] }] } }
      : {};
  return {
    updateOne: {
      filter: { _id: row.id, version: { $lt: row.version } },
      update: [{ $replaceWith: { _id: '$_id', ...columns, ...money } }],
      upsert: true,
    },
  };
}

/** The positions of operations that failed on the index of kept payments; other duplicates are older rows. */
function contested(error: unknown): readonly number[] {
  if (!(error instanceof MongoBulkWriteError)) throw error;
  const failures = [error.writeErrors].flat();
  const serious = failures.find((failure) => failure.code !== duplicateKey);
  const unconfirmed = error.result.getWriteConcernError();
  if (unconfirmed !== undefined) throw storeUnavailable(error);
  if (serious !== undefined || failures.length === 0) throw error;
  return failures.filter((failure) => (failure.errmsg ?? '').includes(periodIndex)).map((failure) => failure.index);
}

async function bulk(db: Db, ledger: string, operations: readonly Operation[]): Promise<readonly number[]> {
  if (operations.length === 0) return [];
  try {
    await db.collection<Row>(ledger).bulkWrite([...operations], { ordered: false });
    return [];
  } catch (error) {
    return contested(error);
  }
}

/** A second kept payment of a period is written down as what it is and reported; it never blocks the relay. */
async function writePayments(
  db: Db,
  rows: readonly LedgerRow[],
  onDuplicate: (row: PaymentRow) => void,
): Promise<void> {
  const payments = rows.filter((row) => row.ledger === 'payments');
  // A payment whose refund is in the same write never was a kept one: judged alone it would raise a false alarm.
  const goingBack = new Set(rows.flatMap((row) => (row.ledger === 'refunds' ? [row.row.paymentId] : [])));
  const positions = await bulk(db, 'payments', [
    ...payments.map((row) => operationOf(row, goingBack.has(row.id) ? { refunded: true } : {})),
    ...[...goingBack].map(refundedMark),
  ]);
  for (const position of positions) {
    const row = payments[position];
    if (row === undefined) continue;
    await bulk(db, 'payments', [operationOf(row, { duplicate: true })]);
    onDuplicate(row);
  }
}

/** Money that goes back no longer pays for its period. */
const refundedMark = (paymentId: string): Operation => ({
  updateOne: { filter: { _id: paymentId }, update: { $set: { refunded: true, kept: false } } },
});

/** Read models written from the outbox; repeats and late arrivals change nothing. */
export function createLedgerWriter(db: Db, onDuplicate: (row: PaymentRow) => void): LedgerWriter {
  const write = async (rows: readonly LedgerRow[]): Promise<void> => {
    await writePayments(db, rows, onDuplicate);
    const others = (['subscriptions', 'refunds', 'commands'] as const).map((ledger) =>
      bulk(
        db,
        ledger,
        rows.filter((row) => row.ledger === ledger).map((row) => operationOf(row)),
      ),
    );
    await Promise.all(others);
  };
  return { write: (rows) => askStore(() => write(rows)) };
}

/** The two questions that a ledger answers for a decision. */
export const createDecisionLedger = (db: Db): DecisionLedger => ({
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
        .collection<Omit<LedgerPayment, 'paymentId'> & { _id: string; userId: string }>('payments')
        .findOne({ _id: paymentId, userId });
      if (row === null) return null;
      const { subscriptionId, periodKey, attemptNo, kind, state } = row;
      return { paymentId, subscriptionId, periodKey, attemptNo, kind, state };
    }),
});
