import type { ReadModelRow, HistoryWriter } from '../../src/application/ports/outbox.ts';
import type { NewerRows, NewerVersions } from '../../src/application/ports/newer-rows.ts';
import type { PastPayment } from '../../src/domain/model/context.ts';
import type { PastLookups } from '../../src/application/ports/subscriber-store.ts';
import { type BackUp, backUpMaps } from './back-up.ts';

export type PaymentRow = Extract<ReadModelRow, { model: 'payments' }>;
type PaymentRecord = {
  readonly row: PaymentRow;
  readonly kept: boolean;
  readonly refunded: boolean;
  readonly duplicate: boolean;
};

export type MemoryReadModels = {
  readonly writer: HistoryWriter;
  readonly decisions: PastLookups;
  /** The newest version of every row. */
  readonly rows: () => readonly ReadModelRow[];
  /** A payment of the rows as decisions see it. */
  readonly pastOf: (row: PaymentRow) => PastPayment;
  readonly findKept: (userId: string, subscriptionId: string, periodKey: string) => readonly PaymentRow[];
  readonly newerRows: NewerRows;
  /** The row of the audit with the same comment under another seal. */
  readonly sealAnew: (id: string, comment: string) => void;
  readonly backUp: BackUp;
};

const isHonoured = ({ row, place }: PaymentRow): boolean =>
  row.state === 'succeeded' && place !== 'watched' && row.watchedBecause === null;

/** The written payments that are duplicates and not refunded, each once. */
const duplicatesAmong = (
  payments: ReadonlyMap<string, PaymentRecord>,
  written: readonly ReadModelRow[],
): readonly PaymentRow[] =>
  [...new Set(written.map(({ id }) => id))].flatMap((id) => {
    const record = payments.get(id);
    return record?.duplicate === true && !record.refunded ? [record.row] : [];
  });

/** `onDuplicate` is called, and awaited, with each second kept payment of a period. */
export function createMemoryReadModels(onDuplicate: (row: PaymentRow) => unknown): MemoryReadModels {
  const others = new Map<string, Exclude<ReadModelRow, { model: 'payments' }>>();
  const payments = new Map<string, PaymentRecord>();
  const refunded = new Set<string>();

  const findKept: MemoryReadModels['findKept'] = (userId, subscriptionId, periodKey) =>
    [...payments.values()]
      .filter(({ kept, row }) => kept && row.userId === userId)
      .filter(({ row: { row } }) => row.subscriptionId === subscriptionId && row.periodKey === periodKey)
      .map(({ row }) => row);

  const putPayment = (row: PaymentRow): void => {
    const before = payments.get(row.id);
    if (before !== undefined && before.row.version > row.version) return;
    const honoured = isHonoured(row) && before?.duplicate !== true && !refunded.has(row.id);
    const rivals = findKept(row.userId, row.row.subscriptionId, row.row.periodKey).filter(({ id }) => id !== row.id);
    const duplicate = honoured && rivals.length > 0;
    payments.set(row.id, {
      row: structuredClone(row),
      kept: honoured && !duplicate,
      refunded: refunded.has(row.id),
      duplicate: duplicate || before?.duplicate === true,
    });
  };

  const markRefunded = (paymentId: string): void => {
    refunded.add(paymentId);
    const payment = payments.get(paymentId);
    if (payment !== undefined) payments.set(paymentId, { ...payment, refunded: true, kept: false });
  };

  const putOther = (row: Exclude<ReadModelRow, { model: 'payments' }>): void => {
    const key = `${row.model}:${row.id}`;
    const before = others.get(key);
    const isReplaced = before !== undefined && before.model !== 'audit' && before.version <= row.version;
    if (before === undefined || isReplaced) others.set(key, structuredClone(row));
  };

  const pastOf = (version: PaymentRow): PastPayment => {
    const { id: paymentId, row, capturedAt, method } = version;
    const { subscriptionId, periodKey, attemptNo, kind, amount, state, providerPaymentId, watchedBecause } = row;
    return {
      ...{ paymentId, subscriptionId, periodKey, attemptNo, kind, amount, state, providerPaymentId, watchedBecause },
      ...{ capturedAt, isRefunded: refunded.has(paymentId) },
      isDuplicate: payments.get(paymentId)?.duplicate === true,
      ...(row.receipt === undefined ? {} : { receipt: row.receipt }),
      ...(method?.type == null ? {} : { methodType: method.type }),
    };
  };

  const isNewer = ({ userId, version }: ReadModelRow, of: string, { above, below }: NewerVersions): boolean =>
    userId === of && version > above && version < below;
  /** A part of the money is with us again, once the refund is gone. */
  const keepAgain = (paymentId: string): void => {
    const payment = payments.get(paymentId);
    const left = [...others.values()].filter((row) => row.model === 'refunds' && row.row.paymentId === paymentId);
    const backMinor = left.reduce(
      (sum, { row }) => sum + ('amount' in row && row.state !== 'failed' ? row.amount.amountMinor : 0),
      0,
    );
    if (payment !== undefined && backMinor >= payment.row.row.amount.amountMinor) return;
    refunded.delete(paymentId);
    if (payment === undefined) return;
    payments.set(paymentId, { ...payment, refunded: false, kept: isHonoured(payment.row) && !payment.duplicate });
  };
  const newerRows: NewerRows = {
    usersSince: async function* () {
      await Promise.resolve();
      yield* new Set([...payments.values()].map(({ row }) => row.userId));
      yield* new Set([...others.values()].map(({ userId }) => userId));
    },
    makeOld: (userId, versions, names) => {
      const isMeant = (row: ReadModelRow): boolean =>
        isNewer(row, userId, versions) && names.some(({ model, id }) => model === row.model && id === row.id);
      const meantPayments = [...payments.values()].filter(({ row }) => isMeant(row));
      const meantOthers = [...others].filter(([, row]) => isMeant(row));
      for (const record of meantPayments)
        payments.set(record.row.id, { ...record, row: { ...record.row, version: 0 } });
      for (const [key, row] of meantOthers) others.set(key, { ...row, version: 0 });
      return Promise.resolve(meantPayments.length + meantOthers.length);
    },
    remove: (userId, versions) => {
      const gone = [...[...payments.values()].map(({ row }) => row), ...others.values()].filter(
        (row) => row.model !== 'audit' && isNewer(row, userId, versions),
      );
      for (const { model, id } of gone) {
        if (model === 'payments') payments.delete(id);
        else others.delete(`${model}:${id}`);
      }
      for (const row of gone) if (row.model === 'refunds') keepAgain(row.row.paymentId);
      return Promise.resolve(gone.length);
    },
  };

  const sealAnew = (id: string, comment: string): void => {
    const row = others.get(`audit:${id}`);
    if (row?.model === 'audit') others.set(`audit:${id}`, { ...row, row: { ...row.row, comment } });
  };

  return {
    newerRows,
    sealAnew,
    writer: {
      write: async (rows) => {
        for (const row of rows) if (row.model === 'refunds' && row.isPartial !== true) markRefunded(row.row.paymentId);
        for (const row of rows) {
          if (row.model === 'payments') putPayment(row);
          else putOther(row);
        }
        for (const row of duplicatesAmong(payments, rows)) await onDuplicate(row);
      },
    },
    decisions: {
      findCommand: (userId, commandId) => {
        const found = others.get(`commands:${commandId}`);
        return Promise.resolve(
          found?.model === 'commands' && found.userId === userId ? structuredClone(found.row) : null,
        );
      },
      findPayment: (userId, paymentId) => {
        const found = payments.get(paymentId)?.row;
        if (found?.userId !== userId) return Promise.resolve(null);
        return Promise.resolve(pastOf(found));
      },
    },
    rows: () => [...[...payments.values()].map(({ row }) => row), ...others.values()],
    findKept,
    backUp: () => backUpMaps([others, payments], [refunded]),
    pastOf,
  };
}
