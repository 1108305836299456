import { MongoBulkWriteError } from 'mongodb';
import type { AnyBulkWriteOperation, Db } from 'mongodb';
import type { LedgerRow, LedgerWriter } from '../../application/ports/outbox.ts';
import type { DecisionLedger } from '../../application/ports/subscriber-store.ts';
import type { CommandEntry } from '../../domain/command.ts';
import type { LedgerPayment } from '../../domain/context.ts';
import { columnsOf, isHonoured, type PaymentRow } from './ledger-rows.ts';
import { askStore } from './store-fault.ts';

type Row = { readonly _id: string } & Record<string, unknown>;
type Operation = AnyBulkWriteOperation<Row>;

const duplicateKey = 11_000;
const periodIndex = 'one_kept_per_period';

/**
 * Rows only move forward: an older one finds a newer version, and its upsert fails on `_id`, which is ignored. `kept` is
 * judged inside the update, for a refund may have been written before.
 */
function operationOf(row: LedgerRow, asDuplicate = false): Operation {
  const columns = Object.fromEntries(
    Object.entries(columnsOf(row)).map(([name, value]) => [name, { $literal: value }]),
  );
  const honoured = row.ledger === 'payments' && isHonoured(row) && !asDuplicate;
  const kept =
    row.ledger === 'payments'
      ? { kept: { $and: [honoured, { $ne: ['$refunded', true] }, { $ne: ['$duplicate', true] }] } }
      : {};
  const duplicate = asDuplicate ? { duplicate: true } : {};
  return {
    updateOne: {
      filter: { _id: row.id, version: { $lt: row.version } },
      update: [{ $set: { ...columns, ...kept, ...duplicate } }],
      upsert: true,
    },
  };
}

/** The positions of operations that failed on the index of kept payments; other duplicates are older rows. */
function contested(error: unknown): readonly number[] {
  if (!(error instanceof MongoBulkWriteError)) throw error;
  const failures = [error.writeErrors].flat();
  const serious = failures.find((failure) => failure.code !== duplicateKey);
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
  rows: readonly PaymentRow[],
  onDuplicate: (row: PaymentRow) => void,
): Promise<void> {
  const positions = await bulk(
    db,
    'payments',
    rows.map((row) => operationOf(row)),
  );
  for (const position of positions) {
    const row = rows[position];
    if (row === undefined) continue;
    await bulk(db, 'payments', [operationOf(row, true)]);
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
    const payments = rows.filter((row) => row.ledger === 'payments');
    const refunds = rows.filter((row) => row.ledger === 'refunds');
    await writePayments(db, payments, onDuplicate);
    await bulk(
      db,
      'payments',
      refunds.map((row) => refundedMark(row.row.paymentId)),
    );
    const others = Map.groupBy(
      rows.filter((row) => row.ledger !== 'payments'),
      (row) => row.ledger,
    );
    await Promise.all(
      [...others].map(([ledger, some]) =>
        bulk(
          db,
          ledger,
          some.map((row) => operationOf(row)),
        ),
      ),
    );
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
