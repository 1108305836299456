import { silentLog } from '../../../src/composition/silent-log.ts';
import { randomUUID } from 'node:crypto';
import { type AddressInfo, createServer } from 'node:net';
import { expect, test } from '@jest/globals';
import { MongoBulkWriteError } from 'mongodb';
import { createAudit } from '../../../src/adapters/mongo/audit.ts';
import { createBlockedKeys } from '../../../src/adapters/mongo/blocked-keys.ts';
import { createBooks } from '../../../src/adapters/mongo/books.ts';
import { createCatalogue } from '../../../src/adapters/mongo/catalogue.ts';
import { connectMongo } from '../../../src/adapters/mongo/connection.ts';
import { createDeadLetters } from '../../../src/adapters/mongo/dead-letters.ts';
import { createSubscriptionHistory } from '../../../src/adapters/mongo/subscription-history.ts';
import { createNoticeReports } from '../../../src/adapters/mongo/notice-reports.ts';
import { createPaymentHistory } from '../../../src/adapters/mongo/history.ts';
import { assertIndexes, createIndexes } from '../../../src/adapters/mongo/indexes.ts';
import { createHistoryWriter, createPastLookups } from '../../../src/adapters/mongo/read-models.ts';
import { createReconciliationWalks } from '../../../src/adapters/mongo/reconciliation-walks.ts';
import { seedCatalogue } from '../../../src/adapters/mongo/seeds.ts';
import { isUnavailable } from '../../../src/adapters/mongo/store-fault.ts';
import { createSubscriberStore, subscribersOf } from '../../../src/adapters/mongo/subscriber-store.ts';
import { createTestClocks } from '../../../src/adapters/mongo/test-clocks.ts';
import { systemClock } from '../../../src/adapters/system/clock.ts';
import type { Books } from '../../../src/application/ports/books.ts';
import type { BlockedKeys } from '../../../src/application/ports/blocked-keys.ts';
import type { Audit } from '../../../src/application/ports/audit.ts';
import type { DeadLetters } from '../../../src/application/ports/dead-letters.ts';
import type { PaymentHistory } from '../../../src/application/ports/history.ts';
import type { SubscriptionHistory } from '../../../src/application/ports/subscription-history.ts';
import type { HistoryWriter } from '../../../src/application/ports/outbox.ts';
import type { PastLookups, SubscriberStore } from '../../../src/application/ports/subscriber-store.ts';
import type { TestClocks } from '../../../src/application/ports/test-clocks.ts';
import { noon, sampleAct, sampleCommand, sampleSave } from '../../contract/samples.ts';
import { sampleDeadLetter } from '../../contract/dead-letters-suite.ts';
import { openTestDatabase } from './test-database.ts';

type Query =
  | keyof Books
  | 'findNamed'
  | 'keepReport'
  | 'loadWalk'
  | 'saveWalk'
  | keyof SubscriberStore
  | keyof HistoryWriter
  | keyof PaymentHistory
  | keyof SubscriptionHistory
  | keyof Audit
  | keyof PastLookups
  | keyof TestClocks
  | keyof BlockedKeys
  | keyof DeadLetters
  | 'listTariffs'
  | 'listPaySystems'
  | 'seed'
  | 'createIndexes'
  | 'assertIndexes';

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

test('every query on a closed connection is a transient fault', async () => {
  const database = await openTestDatabase();
  const { url } = database;
  await database.close();
  const gone = await connectMongo({ url, serverSelectionTimeoutMs: 2_000 });
  const store = createSubscriberStore(subscribersOf(gone.models));
  await gone.close();
  const userId = randomUUID();
  const due = {
    userId,
    announce: { business: null, real: null, notBefore: null, tries: 0 },
    testClockId: null,
    claimKey: '|',
  };
  const types = ['subscription.renewal_due'] as const;
  const entry = sampleCommand(randomUUID());
  const clocks = createTestClocks(gone.models);
  const blocked = createBlockedKeys(gone.models);
  const letters = createDeadLetters(gone.models);
  const catalogue = createCatalogue(gone.models, { clock: systemClock, log: silentLog });
  const past = createPastLookups(gone.models);
  const books = createBooks(gone.models);
  const reports = createNoticeReports(gone.models);
  const walks = createReconciliationWalks(gone.models);
  const summary = { pages: 0, payments: 0, refunds: 0, unreadable: 0, differences: {} };
  const walk = {
    name: 'recent',
    from: noon,
    to: noon,
    at: noon,
    startedAt: noon,
    movedAt: noon,
    sliceMs: 1,
    summary,
    open: [],
    alerted: [],
  };
  const place = { group: 'g', topic: 't', partition: 0, offset: '1', key: 'k' };
  const message = { ...place, sealed: 's', timestamp: noon, parkedAt: noon };
  const queries: Record<Query, () => Promise<unknown>> = {
    load: () => store.load(userId),
    save: () => store.save(sampleSave(userId)),
    pullOutbox: () => store.pullOutbox([{ userId, entryIds: ['e'] }]),
    findLeftovers: () => store.findLeftovers(noon, { limit: 1, from: null, except: [] }),
    findDue: () => store.findDue({ types, realNow: noon, testClock: null, limit: 1 }),
    claimDue: () => store.claimDue([{ due, notBefore: noon }]),
    countTries: () => store.countTries([{ userId, notBefore: noon }]),
    earliestDue: () => store.earliestDue('clock', noon, noon + 1),
    isQuiescent: () => store.isQuiescent('clock', noon),
    findCommands: () => store.findCommands([{ userId, commandId: 'c' }]),
    findMany: () => store.findMany([userId]),
    write: () =>
      createHistoryWriter(gone.models, () => Promise.resolve()).write([
        { userId, version: 1, at: noon, model: 'commands', id: entry.id, row: entry },
      ]),
    findOne: () => createPaymentHistory(gone.models).findOne('p'),
    findSubscription: () => createSubscriptionHistory(gone.models).findSubscription('s'),
    listDone: () =>
      createSubscriptionHistory(gone.models).listDone({ userId, subscriptionId: 's', types: [], limit: 1 }),
    findUser: () => createPaymentHistory(gone.models).findUser('p'),
    append: () => createAudit(gone.models).append([sampleAct(userId)]),
    list: () => createPaymentHistory(gone.models).list({ userId, limit: 1, page: 1 }),
    findCommand: () => past.findCommand(userId, 'c'),
    findPayment: () => past.findPayment(userId, 'p'),
    findPayments: () => books.findPayments({ ids: ['p'], providerIds: [] }),
    findRefunds: () => books.findRefunds({ providerIds: ['r'], paymentIds: [] }),
    listSucceeded: () => books.listSucceeded({ object: 'payment', from: noon, to: noon + 1 }),
    findNamed: () => reports.findNamed(userId, 'n'),
    keepReport: () => reports.keep({ noticeId: 'n', userId, deliveredAt: noon, channel: 'email' }),
    loadWalk: () => walks.load('recent'),
    saveWalk: () => walks.save(walk),
    listTariffs: () => catalogue.listTariffs(),
    listPaySystems: () => catalogue.listPaySystems(),
    park: () => blocked.park(message, null),
    isBlocked: () => blocked.isBlocked('g', 'k'),
    claim: () => blocked.claim('g', 'k', { now: noon, until: noon }),
    finish: () => blocked.finish(message),
    reschedule: () => blocked.reschedule(message, noon, null),
    retryNow: () => blocked.retryNow('g', 'k'),
    listAll: () => blocked.listAll({ limit: 1, page: 1 }),
    queue: () => blocked.queue('g', 'k', 1),
    keep: () => letters.keep(sampleDeadLetter(1)),
    idOf: () => letters.idOf(sampleDeadLetter(1)),
    close: () => letters.close('l', 'replayed', noon),
    create: () => clocks.create({ name: 'c', now: noon }),
    find: () => clocks.find('c'),
    setTarget: () => clocks.setTarget('c', noon),
    findAdvancing: () => clocks.findAdvancing(1),
    step: () => clocks.step('c', { from: noon, to: noon + 1, ready: true }),
    seed: () => seedCatalogue(gone.models, { withTariffs: true }),
    createIndexes: () => createIndexes(gone.models),
    assertIndexes: () => assertIndexes(gone.models),
  };
  for (const [name, ask] of Object.entries(queries)) {
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

test('a bulk during which the server stepped down is an outage, whatever failed first', async () => {
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
