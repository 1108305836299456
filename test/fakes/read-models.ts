import type { ReadModelRow, HistoryWriter } from '../../src/application/ports/outbox.ts';
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

  return {
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
      findCommand: (userId, commandId, fromVersion = 0) => {
        const found = others.get(`commands:${commandId}`);
        return Promise.resolve(
          found?.model === 'commands' && found.userId === userId && found.version >= fromVersion
            ? structuredClone(found.row)
            : null,
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
