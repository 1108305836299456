import type { AnyBulkWriteOperation, Collection, Db, Document } from 'mongodb';
import { fieldOf, type KeyRing, recordAt } from '../../application/ports/cipher.ts';
import { askStore } from './store-fault.ts';

export type Resealed = {
  /** Texts sealed anew. */
  readonly texts: number;
  /** Texts that no key of the ring opens in their place: they have a key of their own, or are lost already. */
  readonly unopened: number;
};

type Row = Document & { readonly _id: string };
type Place = { readonly topic: string; readonly partition: number; readonly offset: string | number };

type Source = {
  readonly collection: string;
  /** What the text of a field is sealed about. */
  readonly aboutOf: (row: Row, field: string) => string;
  /** Matches the row as it was read, so that a save in between is not undone. */
  readonly asRead: (row: Row, paths: readonly string[]) => Document;
  readonly more: (row: Row, saveId: string) => Document;
};

const placeOf = (row: Row): Place => row as unknown as Place;
const recordAbout = (row: Row): string => recordAt({ ...placeOf(row), offset: String(placeOf(row).offset) });

/** A row that holds one record. */
const records = (collection: string): Source => ({
  collection,
  aboutOf: recordAbout,
  asRead: (row, paths) => Object.fromEntries(paths.map((path) => [path, valueAt(row, path)])),
  more: () => ({}),
});

const sources: readonly Source[] = [
  {
    collection: 'subscribers',
    aboutOf: (row, field) => fieldOf(row._id, field),
    asRead: ({ version }) => ({ version: version as number }),
    // A save of the version that was read must lose, or it would put the old texts back.
    more: ({ version }, lastSaveId) => ({ version: Number(version) + 1, lastSaveId }),
  },
  records('parked_messages'),
  records('dead_letters'),
  // Only the seal changes: what a subscriber has said, and all that staff did, stays.
  {
    collection: 'audit',
    aboutOf: ({ userId }, field) => fieldOf((userId as string | null) ?? '', field),
    asRead: ({ comment }) => ({ comment: comment as string }),
    more: () => ({}),
  },
];

/** Rows per bulk write. */
const batchRows = 200;
/** A pass finds what the one before lost to a save. With so many lost races in a row something else is wrong. */
const passesMax = 20;

const valueAt = (row: unknown, path: string): unknown =>
  path.split('.').reduce<unknown>((at, name) => (at as Readonly<Record<string, unknown>>)[name], row);

const sealedShape = /^v[12]\.[\w-]{8}/;

/** Paths of all sealed texts, as MongoDB spells them: `watched.3.send.request`. */
function sealedIn(value: unknown, path = ''): readonly (readonly [path: string, sealed: string])[] {
  if (typeof value === 'string') return sealedShape.test(value) ? [[path, value]] : [];
  if (typeof value !== 'object' || value === null || value instanceof Date) return [];
  return Object.entries(value).flatMap(([name, part]) => sealedIn(part, path === '' ? name : `${path}.${name}`));
}

/** Null where no key of the ring opens it, or it is bound to something else. */
function opened(ring: KeyRing, sealed: string, about: string): Uint8Array | null {
  try {
    return ring.open(sealed, about);
  } catch {
    return null;
  }
}

type Step = { readonly write: AnyBulkWriteOperation<Row> | null; readonly texts: number; readonly unopened: number };

function stepOf(
  row: Row,
  { aboutOf, asRead, more }: Source,
  { ring, saveId }: { ring: KeyRing; saveId: string },
): Step {
  const old = sealedIn(row)
    .map(([path, sealed]) => ({ path, sealed, about: aboutOf(row, path.slice(path.lastIndexOf('.') + 1)) }))
    .filter(({ sealed, about }) => !ring.isCurrent(sealed) || opened(ring, sealed, about) === null);
  const anew = old.flatMap(({ path, sealed, about }) => {
    // Before fields were named, a text was bound to none.
    const clear = opened(ring, sealed, about) ?? opened(ring, sealed, '');
    return clear === null ? [] : [[path, ring.seal(clear, about)] as const];
  });
  const counts = { texts: anew.length, unopened: old.length - anew.length };
  if (anew.length === 0) return { ...counts, write: null };
  const filter = {
    _id: row._id,
    ...asRead(
      row,
      anew.map(([path]) => path),
    ),
  };
  const update = { $set: { ...Object.fromEntries(anew), ...more(row, saveId) } };
  return { ...counts, write: { updateOne: { filter, update } } };
}

/** One walk over a collection. `isDone`: nothing of an old key was there, or has come meanwhile. */
async function pass(rows: Collection<Row>, source: Source, ring: KeyRing, randomId: () => string) {
  let [texts, unopened, isDone] = [0, 0, true];
  const steps: Step[] = [];
  const flush = async (): Promise<void> => {
    const batch = steps.splice(0);
    const writes = batch.flatMap(({ write }) => (write === null ? [] : [write]));
    for (const step of batch) [texts, unopened] = [texts + step.texts, unopened + step.unopened];
    if (writes.length === 0) return;
    isDone = false;
    await askStore(() => rows.bulkWrite(writes, { ordered: false }));
  };
  for await (const row of rows.find({}, { batchSize: batchRows }).sort({ _id: 1 })) {
    steps.push(stepOf(row, source, { ring, saveId: randomId() }));
    if (steps.length === batchRows) await flush();
  }
  await flush();
  return { texts, unopened, isDone };
}

async function resealSource(db: Db, source: Source, ring: KeyRing, randomId: () => string): Promise<Resealed> {
  const rows = db.collection<Row>(source.collection);
  let texts = 0;
  for (let passes = 0; passes < passesMax; passes += 1) {
    const done = await pass(rows, source, ring, randomId);
    texts += done.texts;
    if (done.isDone) return { texts, unopened: done.unopened };
  }
  throw new Error(`${source.collection} still gets texts of an old key: has every process the new key first?`);
}

/**
 * Seals every stored text with the first key of the ring, bound to its user and field, while the system runs. It may be interrupted and repeated. It ends
 * when a walk over each collection has found nothing of an old key, and nothing unbound.
 */
export async function reseal(db: Db, ring: KeyRing, randomId: () => string): Promise<Resealed> {
  let all: Resealed = { texts: 0, unopened: 0 };
  for (const source of sources) {
    const { texts, unopened } = await resealSource(db, source, ring, randomId);
    all = { texts: all.texts + texts, unopened: all.unopened + unopened };
  }
  return all;
}
