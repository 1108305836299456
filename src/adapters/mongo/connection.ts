import type { Db } from 'mongodb';
import { Mongoose } from 'mongoose';
import { type Models, openModels } from './models/open-models.ts';
import { askStore } from './store-fault.ts';

export type MongoSettings = {
  readonly url: string;
  /** The API answers people and gives up after 2 s; workers sit an election or a restart out for 30 s. */
  readonly serverSelectionTimeoutMs: number;
};

export type MongoConnection = {
  readonly models: Models;
  /** The database behind the models. */
  readonly db: Db;
  /** Resolves while the primary answers; rejects with a transient Fault otherwise. For readiness. */
  readonly ping: () => Promise<void>;
  readonly close: () => Promise<void>;
};

/** Connections per process: above it callers queue, so that a storm of messages is no storm of connections. */
const poolSize = 20;
/** A caller that waited this long for a connection gets a transient fault instead of waiting without an end. */
const poolWaitMs = 2_000;
const connectTimeoutMs = 2_000;
/** Longer than the write concern's bound below, so that the server's own answer comes first. */
const socketTimeoutMs = 10_000;
const majorityTimeoutMs = 5_000;
/** A lost primary is noticed within this time. */
const heartbeatMs = 1_000;

/**
 * Money is only safe when an acknowledged write survives the loss of a server: majority and journal, on everything.
 * Nothing is buffered and no index or collection is made on the way: the deploy step does that.
 */
export async function connectMongo(settings: MongoSettings): Promise<MongoConnection> {
  const mongoose = new Mongoose({ sanitizeFilter: true, strictQuery: 'throw' });
  const connection = mongoose.createConnection(settings.url, {
    bufferCommands: false,
    autoIndex: false,
    autoCreate: false,
    // Else an absent optional field would come back as null, which the message contracts refuse.
    ignoreUndefined: true,
    writeConcern: { w: 'majority', journal: true, wtimeoutMS: majorityTimeoutMs },
    readConcernLevel: 'majority',
    readPreference: 'primary',
    retryWrites: true,
    retryReads: true,
    maxPoolSize: poolSize,
    waitQueueTimeoutMS: poolWaitMs,
    connectTimeoutMS: connectTimeoutMs,
    socketTimeoutMS: socketTimeoutMs,
    serverSelectionTimeoutMS: settings.serverSelectionTimeoutMs,
    heartbeatFrequencyMS: heartbeatMs,
  });
  // Losses surface in the calls that meet them; without a listener the event alone would end the process.
  connection.on('error', () => undefined);
  const models = openModels(connection);
  await askStore(() => connection.asPromise());
  const db: Db = connection.getClient().db();
  return {
    models,
    db,
    ping: async () => {
      await askStore(() => db.command({ ping: 1 }));
    },
    close: () => connection.close(),
  };
}
