import { MongoJobRepository } from '@agendajs/mongo-backend';
import { Fault } from '../../application/ports/faults.ts';

export type AgendaStore = MongoJobRepository;

/** Covers a restart of the database. An address where none listens is reported after this time. */
const serverSelectionTimeoutMs = 5_000;
const connectTimeoutMs = 2_000;
/** Ten times the slowest answer measured. A server that hangs must not hang the jobs for ever. */
const socketTimeoutMs = 10_000;
/** Each job has one document, and Agenda polls for one job at a time. */
const connectionsMax = 10;
const uniqueName = 'oneDocumentPerJob';

/** Opens a connection of its own. Rejects with a Fault, where Agenda's own way to connect would end the process. */
export async function openAgendaStore(mongoUrl: string): Promise<AgendaStore> {
  const options = {
    appName: 'cinema-billing-jobs',
    serverSelectionTimeoutMS: serverSelectionTimeoutMs,
    connectTimeoutMS: connectTimeoutMs,
    socketTimeoutMS: socketTimeoutMs,
    maxPoolSize: connectionsMax,
  };
  const store = new MongoJobRepository({ db: { address: mongoUrl, options }, ensureIndex: false });
  try {
    await store.connect();
    return store;
  } catch (cause) {
    throw new Fault('mongodb_unreachable', 'The jobs cannot reach MongoDB', { retryable: true, cause });
  }
}

/** Deploy step. Without the index two processes that start together could each create a document for the same job. */
export async function createAgendaIndexes(mongoUrl: string): Promise<void> {
  const store = await openAgendaStore(mongoUrl);
  try {
    await store.collection.createIndex({ name: 1 }, { name: uniqueName, unique: true }, {});
  } finally {
    await store.disconnect();
  }
}

export async function refuseMissingIndexes(store: AgendaStore): Promise<void> {
  const isThere = await store.collection.indexExists(uniqueName).catch((error: unknown) => {
    if (isNoSuchCollection(error)) return false;
    throw error;
  });
  if (isThere) return;
  const message = `The index ${uniqueName} of the jobs is missing: run the deploy step first`;
  throw new Fault('index_missing', message, { retryable: false });
}

const isNoSuchCollection = (error: unknown): boolean =>
  error instanceof Error && 'codeName' in error && error.codeName === 'NamespaceNotFound';

/**
 * Releases the jobs that a stopping process has locked but not begun, so that another process may run them at once. A job
 * that still runs keeps its lock until it ends or the lock expires.
 */
export async function releaseLocks(store: AgendaStore, holder: string, stillRunning: readonly string[]): Promise<void> {
  await store.collection.updateMany(
    { lastModifiedBy: holder, lockedAt: { $ne: null }, name: { $nin: [...stillRunning] } },
    { $set: { lockedAt: null } },
  );
}
