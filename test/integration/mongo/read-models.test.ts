import { silentLog } from '../../../src/composition/silent-log.ts';
import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { createBooks } from '../../../src/adapters/mongo/books.ts';
import { createAudit } from '../../../src/adapters/mongo/audit.ts';
import { createCatalogue } from '../../../src/adapters/mongo/catalogue.ts';
import { createNewerRows } from '../../../src/adapters/mongo/newer-rows.ts';
import { createNoticeReports } from '../../../src/adapters/mongo/notice-reports.ts';
import { createPaymentHistory } from '../../../src/adapters/mongo/history.ts';
import { createPastLookups, createHistoryWriter } from '../../../src/adapters/mongo/read-models.ts';
import { createReconciliationWalks } from '../../../src/adapters/mongo/reconciliation-walks.ts';
import { createSubscriptionHistory } from '../../../src/adapters/mongo/subscription-history.ts';
import { seedCatalogue } from '../../../src/adapters/mongo/seeds.ts';
import { createTestClocks } from '../../../src/adapters/mongo/test-clocks.ts';
import { systemClock } from '../../../src/adapters/system/clock.ts';
import { booksSuite } from '../../contract/books-suite.ts';
import { auditSuite } from '../../contract/audit-suite.ts';
import { catalogueSample, catalogueSuite } from '../../contract/catalogue-suite.ts';
import { newerRowsSuite } from '../../contract/newer-rows-suite.ts';
import { noticeReportsSuite } from '../../contract/notice-reports-suite.ts';
import { historySuite } from '../../contract/history-suite.ts';
import { duplicateListener, readModelSuite } from '../../contract/read-model-suite.ts';
import { noon, samplePayment, sampleSubscription } from '../../contract/samples.ts';
import { subscriptionHistorySuite } from '../../contract/subscription-history-suite.ts';
import { createWorkList } from '../../../src/adapters/mongo/work-list.ts';
import { workListSuite } from '../../contract/work-list-suite.ts';
import { testClocksSuite } from '../../contract/test-clocks-suite.ts';
import { openTestDatabase } from './test-database.ts';

let database: Awaited<ReturnType<typeof openTestDatabase>>;
beforeAll(async () => {
  database = await openTestDatabase();
});
afterAll(() => database.close());

readModelSuite('in MongoDB', () => {
  const { models } = database;
  const listener = duplicateListener();
  return Promise.resolve({
    writer: createHistoryWriter(models, listener.onDuplicate),
    decisions: createPastLookups(models),
    history: createPaymentHistory(models),
    ...listener,
  });
});

newerRowsSuite('in MongoDB', () => {
  const { models } = database;
  return Promise.resolve({
    newerRows: createNewerRows(models),
    writer: createHistoryWriter(models, () => Promise.resolve()),
    decisions: createPastLookups(models),
    books: createBooks(models),
  });
});

historySuite('in MongoDB', () => {
  const { models } = database;
  const writer = createHistoryWriter(models, () => Promise.resolve());
  return Promise.resolve({ writer, history: createPaymentHistory(models) });
});

subscriptionHistorySuite('in MongoDB', () => {
  const { models } = database;
  const writer = createHistoryWriter(models, () => Promise.resolve());
  return Promise.resolve({ writer, subscriptionHistory: createSubscriptionHistory(models) });
});

booksSuite('in MongoDB', () => {
  const { models } = database;
  return Promise.resolve({
    writer: createHistoryWriter(models, () => Promise.resolve()),
    books: createBooks(models),
    walks: createReconciliationWalks(models),
  });
});

noticeReportsSuite('in MongoDB', () => {
  const { models } = database;
  const writer = createHistoryWriter(models, () => Promise.resolve());
  return Promise.resolve({ writer, history: createPaymentHistory(models), noticeReports: createNoticeReports(models) });
});

auditSuite('in MongoDB', () => Promise.resolve(createAudit(database.models)));

workListSuite('in MongoDB', async () => {
  const { db, models } = database;
  await Promise.all(
    ['payments', 'refunds', 'receipts', 'subscriptions'].map((name) => db.collection(name).deleteMany({})),
  );
  const writer = createHistoryWriter(models, () => Promise.resolve());
  return { writer, workList: createWorkList(models) };
});

testClocksSuite('in MongoDB', async () => {
  await database.db.collection('test_clocks').deleteMany({});
  return createTestClocks(database.models);
});

catalogueSuite('in MongoDB', async () => {
  const { db, models } = database;
  const stored = ({ id, ...row }: { readonly id: string }) => ({ _id: id as never, ...row });
  await Promise.all(['tariffs', 'pay_systems'].map((name) => db.collection(name).deleteMany({})));
  await db.collection('tariffs').insertMany(
    catalogueSample.tariffs.map(({ createdAt, updatedAt, ...tariff }) => ({
      ...stored(tariff),
      createdAt: new Date(createdAt),
      updatedAt: new Date(updatedAt),
    })),
  );
  await db.collection('pay_systems').insertMany(catalogueSample.paySystems.map(stored));
  return createCatalogue(models, { clock: systemClock, log: silentLog });
});

test('a row replaces the one before: no field of an earlier status stays, and no sealed request is stored', async () => {
  const { db, models } = database;
  const writer = createHistoryWriter(models, () => Promise.resolve());
  const about = { userId: randomUUID(), at: noon };
  const subscription = sampleSubscription(randomUUID());
  const ended = {
    ...subscription,
    status: 'incomplete_expired',
    term: null,
    endedAt: noon,
    cause: 'not_paid',
  } as const;
  const payment = samplePayment();
  await writer.write([
    { ...about, version: 1, model: 'subscriptions', id: ended.id, row: ended },
    { ...about, version: 2, model: 'subscriptions', id: subscription.id, row: subscription },
    {
      ...{ ...about, version: 2, model: 'payments', id: payment.id, row: payment, place: 'closed' },
      ...{ reason: null, capturedAt: noon, method: null },
    },
  ]);
  const row = await db.collection('subscriptions').findOne({ userId: about.userId });
  expect(row).toMatchObject({ status: 'incomplete', version: 2, createdAt: new Date(noon), endedAt: null });
  expect(row).not.toHaveProperty('cause');
  const paid = await db.collection('payments').findOne({ userId: about.userId });
  expect(paid).toMatchObject({ kept: true, send: { idempotenceKey: payment.send.idempotenceKey } });
  expect(JSON.stringify(paid)).not.toContain(payment.send.request);
});

test("seeding adds nothing to an operator's own tariffs", async () => {
  const { db, models } = database;
  await Promise.all(['tariffs', 'pay_systems'].map((name) => db.collection(name).deleteMany({})));
  await db.collection<{ _id: string }>('tariffs').insertOne({ _id: 'own', ...{ alias: 'base' } });
  await seedCatalogue(models, { withTariffs: true });
  expect(await db.collection('tariffs').distinct('alias')).toEqual(['base']);
  expect(await db.collection('pay_systems').countDocuments()).toBe(1);
});

test('seeding again brings back no tariff that an operator has ended', async () => {
  const { db, models } = database;
  await Promise.all(['tariffs', 'pay_systems'].map((name) => db.collection(name).deleteMany({})));
  await Promise.all([seedCatalogue(models, { withTariffs: true }), seedCatalogue(models, { withTariffs: true })]);
  expect(await db.collection('tariffs').distinct('alias')).toEqual(['base', 'base-day', 'base-year']);
  await db.collection('tariffs').deleteOne({ alias: 'base-day' });
  await seedCatalogue(models, { withTariffs: true });
  expect(await db.collection('tariffs').distinct('alias')).toEqual(['base', 'base-year']);
});

test("seeding again keeps an operator's change", async () => {
  const { db, models } = database;
  await Promise.all(['tariffs', 'pay_systems'].map((name) => db.collection(name).deleteMany({})));
  await seedCatalogue(models, { withTariffs: true });
  await db.collection('tariffs').updateOne({ alias: 'base' }, { $set: { 'price.amountMinor': 1 } });
  await seedCatalogue(models, { withTariffs: true });
  expect(await db.collection('tariffs').countDocuments()).toBe(3);
  expect(await db.collection('tariffs').findOne({ alias: 'base' })).toMatchObject({ price: { amountMinor: 1 } });
});
