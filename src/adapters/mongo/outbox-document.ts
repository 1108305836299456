import type { OutboxEntry, ReadModelRow } from '../../application/ports/outbox.ts';

type StoredRow = ReadModelRow extends infer Row
  ? Row extends { model: infer Model }
    ? Omit<Row, 'model'> & { readonly ledger: Model }
    : never
  : never;

/** An outbox entry as stored. Its read-model rows, and the model of each row, have an older name there. */
export type StoredEntry = Omit<OutboxEntry, 'rows'> & { readonly ledger: readonly StoredRow[] };

export function storedEntry({ rows, ...entry }: OutboxEntry): StoredEntry {
  return { ...entry, ledger: rows.map(({ model, ...row }) => ({ ...row, ledger: model }) as StoredRow) };
}

export function entryFrom({ ledger, ...entry }: StoredEntry): OutboxEntry {
  return { ...entry, rows: ledger.map(({ ledger: model, ...row }) => ({ ...row, model }) as ReadModelRow) };
}
