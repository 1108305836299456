import type { Db } from 'mongodb';
import { Mongoose } from 'mongoose';
import { type Models, openModels } from './models/open-models.ts';
import { askStore } from './store-fault.ts';

export type MongoSettings = {
  readonly url: string;
  /** 2 s in the API, where people wait; 30 s in workers, which wait for the end of an election or a restart. */
  readonly serverSelectionTimeoutMs: number;
  /** Silence on a socket; absent: ten seconds. */
  readonly socketTimeoutMs?: number;
};

export type MongoConnection = {
  readonly models: Models;
  /** The database behind the models. */
  readonly db: Db;
  /** Resolves while the primary answers; rejects with a transient Fault otherwise. For readiness. */
  readonly ping: () => Promise<void>;
  readonly close: () => Promise<void>;
};

/** Connections per process. Further callers queue, so that a burst of messages does not open a burst of connections. */
const poolSize = 20;
/** A caller that has waited this long for a connection gets a transient Fault. */
const poolWaitMs = 2_000;
const connectTimeoutMs = 2_000;
/** Longer than `majorityTimeoutMs`, so that the server's own answer comes first. */
const socketTimeoutMs = 10_000;
const majorityTimeoutMs = 5_000;
/** How often the driver checks each server: it notices a lost primary within this time. */
const heartbeatMs = 1_000;

/**
 * Every write waits for the majority and its journal, because an acknowledged write must survive the loss of a server.
 * The connection buffers nothing. It creates no index and no collection: the deploy step does that.
 */
export async function connectMongo(settings: MongoSettings): Promise<MongoConnection> {
  const mongoose = new Mongoose({ sanitizeFilter: true, strictQuery: 'throw' });
  const connection = mongoose.createConnection(settings.url, {
    bufferCommands: false,
    autoIndex: false,
    autoCreate: false,
    // Without it an absent optional field is stored as null, which the message schemas refuse.
    ignoreUndefined: true,
    writeConcern: { w: 'majority', journal: true, wtimeoutMS: majorityTimeoutMs },
    readConcernLevel: 'majority',
    readPreference: 'primary',
    retryWrites: true,
    retryReads: true,
    maxPoolSize: poolSize,
    waitQueueTimeoutMS: poolWaitMs,
    connectTimeoutMS: connectTimeoutMs,
    socketTimeoutMS: settings.socketTimeoutMs ?? socketTimeoutMs,
    serverSelectionTimeoutMS: settings.serverSelectionTimeoutMs,
    heartbeatFrequencyMS: heartbeatMs,
  });
  // Calls report a lost connection themselves. An `error` event without a listener would end the process.
  connection.on('error', () => undefined);
  const models = openModels(connection);
  try {
    await askStore(() => connection.asPromise());
  } catch (error) {
    // Its monitors would go on beside those of the next try.
    await connection.close();
    throw error;
  }
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
