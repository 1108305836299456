import { randomUUID } from 'node:crypto';
import { type AddressInfo, createServer } from 'node:net';
import { expect, test } from '@jest/globals';
import { MongoBulkWriteError } from 'mongodb';
import { connectMongo } from '../../../src/adapters/mongo/connection.ts';
import { createHistoryWriter } from '../../../src/adapters/mongo/read-models.ts';
import { isUnavailable } from '../../../src/adapters/mongo/store-fault.ts';
import { createSubscriberStore, subscribersOf } from '../../../src/adapters/mongo/subscriber-store.ts';
import type { SubscriberStore } from '../../../src/application/ports/subscriber-store.ts';
import { noon, sampleCommand, sampleSave } from '../../contract/samples.ts';
import { openTestDatabase } from './test-database.ts';

const transient = { name: 'Fault', code: 'store_unavailable', retryable: true };

async function unusedPort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => void server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}

test('a database that is not there is a transient fault, within the selection time', async () => {
  const url = `mongodb://127.0.0.1:${await unusedPort()}/billing?replicaSet=rs0`;
  await expect(connectMongo({ url, serverSelectionTimeoutMs: 300 })).rejects.toMatchObject(transient);
});

test('every question to a connection that is gone is a transient fault', async () => {
  const database = await openTestDatabase();
  const { url } = database;
  await database.close();
  const gone = await connectMongo({ url, serverSelectionTimeoutMs: 2_000 });
  const store = createSubscriberStore(subscribersOf(gone.db));
  await gone.close();
  const userId = randomUUID();
  const due = { userId, announce: { business: null, real: null, notBefore: null, tries: 0 }, testClockId: null };
  const types = ['subscription.renewal_due'] as const;
  const entry = sampleCommand(randomUUID());
  const questions: Record<keyof SubscriberStore | 'write', () => Promise<unknown>> = {
    load: () => store.load(userId),
    save: () => store.save(sampleSave(userId)),
    pullOutbox: () => store.pullOutbox([{ userId, entryIds: ['e'] }]),
    findLeftovers: () => store.findLeftovers(noon, 1),
    findDue: () => store.findDue({ types, realNow: noon, testClock: null, limit: 1 }),
    claimDue: () => store.claimDue([{ due, notBefore: noon }]),
    countTries: () => store.countTries([{ userId, notBefore: noon }]),
    earliestDue: () => store.earliestDue('clock', noon, noon + 1),
    isQuiescent: () => store.isQuiescent('clock', noon),
    findCommands: () => store.findCommands([{ userId, commandId: 'c' }]),
    findMany: () => store.findMany([userId]),
    write: () =>
      createHistoryWriter(gone.db, () => Promise.resolve()).write([
        { userId, version: 1, at: noon, model: 'commands', id: entry.id, row: entry },
      ]),
  };
  for (const [name, ask] of Object.entries(questions)) {
    const answer = await ask().catch((error: unknown) => error);
    expect([name, answer]).toMatchObject([name, transient]);
  }
});

test('writes wait for the majority and the journal, reads for the majority', async () => {
  const database = await openTestDatabase();
  expect(database.db.writeConcern).toMatchObject({ w: 'majority', journal: true });
  expect(database.db.readConcern).toMatchObject({ level: 'majority' });
  await database.close();
});

test('a bulk in whose middle the server stepped down is an outage, whatever failed first', async () => {
  const database = await openTestDatabase();
  const twice = [1, 1, 1].map((alias) => ({ insertOne: { document: { alias } } }));
  const error: unknown = await database.db
    .collection('tariffs')
    .bulkWrite(twice, { ordered: false })
    .catch((reason: unknown) => reason);
  await database.close();
  if (!(error instanceof MongoBulkWriteError)) throw new Error('the bulk was to fail');
  const [first, last] = [error.writeErrors].flat();
  expect([first?.code, last?.code, isUnavailable(error)]).toEqual([11_000, 11_000, false]);
  if (last !== undefined) last.err.code = 11_602;
  expect(isUnavailable(error)).toBe(true);
});
