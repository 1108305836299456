import type { AnyBulkWriteOperation, Db, Document } from 'mongodb';
import type { EncryptionKeyRow } from '../../../src/adapters/mongo/models/encryption-key.ts';
import type { Models } from '../../../src/adapters/mongo/models/open-models.ts';
import { deadLetterId, type KeptDeadLetter } from '../../../src/application/ports/dead-letters.ts';
import { topicNames } from '../../../src/messages/topics.ts';
import type { StoreDocument } from '../../fakes/store-document.ts';
import type { BlockedStore } from './blocked-store.ts';
import type { Database } from './database.ts';
import type { Machine } from './machine.ts';
import type { SimulatedLog } from './message-log.ts';
import type { World } from './world.ts';

/** Every stored row that may hold a sealed text, as `src/adapters/mongo/reseal.ts` reads and replaces it. */
export type SealedRows = {
  /** The database as one process sees it, with only the statements that sealing anew makes. */
  readonly dbOf: (machine: Machine) => Db;
  /** The row that says which keys a process must have. */
  readonly models: Models;
  /** By collection. */
  readonly all: () => Readonly<Record<string, readonly Row[]>>;
  /** Dead letters of the topic that are not copied yet. */
  readonly uncopied: () => number;
};

type Row = Readonly<Record<string, unknown>> & { readonly _id: string };
type Rows = { readonly all: () => readonly Row[]; readonly put: (before: Row, after: Row) => void };

const valueAt = (row: unknown, path: string): unknown =>
  path.split('.').reduce<unknown>((at, name) => (at as Readonly<Record<string, unknown>> | null)?.[name], row);

function withValue(at: unknown, [name = '', ...rest]: readonly string[], value: unknown): unknown {
  const inner = rest.length === 0 ? value : withValue(valueAt(at, name), rest, value);
  if (Array.isArray(at)) return at.map((one: unknown, index) => (String(index) === name ? inner : one));
  return { ...(at as object), [name]: inner };
}

type Write = { readonly filter: Document; readonly update: { readonly $set: Readonly<Record<string, unknown>> } };
const writeOf = (one: AnyBulkWriteOperation): Write => (one as { readonly updateOne: Write }).updateOne;

/** A row is replaced where it still is as it was read. */
function update({ all, put }: Rows, { filter, update: { $set: set } }: Write): void {
  const row = all().find(({ _id: id }) => id === filter['_id']);
  if (row === undefined) return;
  if (!Object.entries(filter).every(([path, value]) => valueAt(row, path) === value)) return;
  const fresh = Object.entries(set).reduce<unknown>((at, [path, value]) => withValue(at, path.split('.'), value), row);
  put(row, fresh as Row);
}

/** Longer than consumers usually lag, so that letters are copied while texts are sealed anew. */
const copiedAfterMs = 10 * 60_000;

export function createSealedRows(
  world: World,
  {
    database,
    blocked,
    log,
  }: { readonly database: Database; readonly blocked: BlockedStore; readonly log: SimulatedLog },
): SealedRows {
  const letters = new Map<string, Row>();
  let uncopied = 0;
  // As `consumers/keep-dead-letters.ts`.
  log.onAppend(({ topic, value, offset }) => {
    if (topic !== topicNames.deadLetters) return;
    const letter = value as unknown as KeptDeadLetter;
    uncopied += 1;
    world.scheduler.after((offset % 2) * copiedAfterMs, () => {
      uncopied -= 1;
      const id = deadLetterId(letter);
      if (!letters.has(id)) letters.set(id, { _id: id, ...letter });
    });
  });
  const rowsOf: Readonly<Record<string, Rows>> = {
    subscribers: {
      all: () => [...database.documents].map(([userId, document]) => ({ _id: userId, ...document })),
      put: (before, after) => database.replace(before as unknown as StoreDocument, after as unknown as StoreDocument),
    },
    parked_messages: {
      all: () => blocked.rows.messages().map((one) => ({ _id: `${one.group}:${one.partition}:${one.offset}`, ...one })),
      put: (before, { sealed }) => blocked.rows.sealAnew(before as never, sealed as string),
    },
    dead_letters: { all: () => [...letters.values()], put: (_before, after) => void letters.set(after._id, after) },
    audit: {
      all: () =>
        database.readModels.rows().flatMap((row) => (row.model === 'audit' ? [{ _id: row.id, ...row.row }] : [])),
      put: ({ _id: id }, { comment }) => database.readModels.sealAnew(id, comment as string),
    },
  };
  const collectionOf = (machine: Machine, name: string) => {
    const rows = rowsOf[name];
    if (rows === undefined) throw new Error(`The simulation does not know the collection ${name}.`);
    const walk = async function* (): AsyncGenerator<Row> {
      yield* await database.answer(machine, () => Promise.resolve(rows.all()));
    };
    return {
      find: () => ({ sort: walk }),
      bulkWrite: (writes: readonly AnyBulkWriteOperation[]) =>
        database.answer(machine, () => {
          for (const one of writes) update(rows, writeOf(one));
          return Promise.resolve();
        }),
    };
  };

  let needed: EncryptionKeyRow | null = null;
  const encryptionKey = {
    findOne: () => ({ lean: () => Promise.resolve(needed) }),
    updateOne: (_filter: object, changes: { readonly $set?: object; readonly $setOnInsert?: object }) => {
      if (changes.$setOnInsert !== undefined && needed === null)
        needed = { _id: 'current', ...(changes.$setOnInsert as Omit<EncryptionKeyRow, '_id'>) };
      if (changes.$set !== undefined) needed = { ...needed, ...changes.$set } as EncryptionKeyRow;
      return Promise.resolve();
    },
  };
  return {
    dbOf: (machine) => ({ collection: (name: string) => collectionOf(machine, name) }) as unknown as Db,
    models: { encryptionKey } as unknown as Models,
    all: () => Object.fromEntries(Object.entries(rowsOf).map(([name, { all }]) => [name, all()])),
    uncopied: () => uncopied,
  };
}
