import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { assertIndexes, createIndexes } from '../../../src/adapters/mongo/indexes.ts';
import { openTestDatabase } from './test-database.ts';

let database: Awaited<ReturnType<typeof openTestDatabase>>;
beforeAll(async () => {
  database = await openTestDatabase();
});
afterAll(() => database.close());

/** Closes its database also when a test fails: a connection left open keeps the process alive. */
async function inEmptyDatabase(act: (opened: typeof database) => Promise<void>): Promise<void> {
  const opened = await openTestDatabase();
  try {
    await opened.db.dropDatabase();
    await act(opened);
  } finally {
    await opened.close();
  }
}

test.each([
  ['payments', 'one_kept_per_period'],
  ['tariffs', 'alias'],
  ['pay_systems', 'alias'],
])('a service refuses to start without the unique index of %s, and says which', async (collection, index) => {
  const { db, models } = database;
  await assertIndexes(models);
  await db.collection(collection).dropIndex(index);
  const refusal = { name: 'Fault', code: 'indexes_missing', retryable: false };
  await expect(assertIndexes(models)).rejects.toMatchObject(refusal);
  await expect(assertIndexes(models)).rejects.toThrow(`${collection}.${index}`);
  // Of the same name, but not unique.
  await db.collection(collection).createIndexes([{ key: { alias: 1 }, name: index }]);
  await expect(assertIndexes(models)).rejects.toThrow(`${collection}.${index}`);
  await db.collection(collection).dropIndex(index);
  await createIndexes(models);
  await assertIndexes(models);
});

test('a service refuses to start on a database without a deploy step', () =>
  inEmptyDatabase(async ({ models }) => {
    await expect(assertIndexes(models)).rejects.toThrow(
      'payments.one_kept_per_period, tariffs.alias, pay_systems.alias',
    );
  }));

test('the indexes are put in place by two deploy steps at once, and again', () =>
  inEmptyDatabase(async ({ models }) => {
    await Promise.all([createIndexes(models), createIndexes(models)]);
    await createIndexes(models);
    await assertIndexes(models);
  }));

test('the deploy step makes every index under its name, and nothing else', () =>
  inEmptyDatabase(async ({ db, models }) => {
    await createIndexes(models);
    const collections = await db.listCollections({}, { nameOnly: true }).toArray();
    const names = collections.map(async ({ name }) => {
      const indexes = await db.collection(name).indexes();
      return [name, indexes.flatMap((index) => (index.name === '_id_' ? [] : [index.name])).toSorted()] as const;
    });
    expect(Object.fromEntries(await Promise.all(names))).toEqual({
      subscribers: ['due_business', 'due_real', 'leftovers'],
      subscriptions: ['held', 'of_user'],
      payments: ['history', 'one_kept_per_period', 'provider_payment', 'stuck', 'succeeded', 'unknown'],
      receipts: ['failed', 'of_payment'],
      refunds: [
        'late',
        'of_payment',
        'of_provider_payment',
        'of_user',
        'provider_refund',
        'stuck',
        'succeeded',
        'unknown',
      ],
      commands: ['of_user'],
      parked_messages: ['queue'],
      dead_letters: ['closed_long_ago', 'newest', 'newest_in_state'],
      tariffs: ['alias'],
      pay_systems: ['alias'],
      test_clocks: ['advancing'],
      encryption_key: [],
      time_zone: [],
      epochs: [],
      audit: ['of_subject', 'of_user'],
      reconciliations: [],
      notice_reports: [],
      provider_budget: [],
      api_processes: ['silent'],
    });
  }));

test.each([
  ['is declared by no model', 'extra', { state: 1 }, {}],
  ['has the fields of a declared one and another name', 'of_history', { userId: 1, createdAt: -1, _id: -1 }, {}],
  ['has other fields than its model declares', 'history', { userId: 1 }, {}],
  ['has its fields in another order', 'history', { createdAt: -1, userId: 1, _id: -1 }, {}],
  ['has lost an option', 'provider_payment', { providerPaymentId: 1 }, {}],
  ['has another condition', 'one_kept_per_period', { userId: 1, subscriptionId: 1, periodKey: 1 }, { unique: true }],
  ['is hidden', 'history', { userId: 1, createdAt: -1, _id: -1 }, { hidden: true }],
] as const)(
  'the deploy step refuses an index that %s, names it, and changes nothing',
  async (_how, name, key, options) => {
    const { db, models, close } = await openTestDatabase();
    const payments = db.collection('payments');
    await payments.dropIndex(
      ['history', 'provider_payment', 'one_kept_per_period'].find((one) => one === name) ?? 'history',
    );
    await payments.createIndexes([{ ...options, key, name }]);
    await db.collection('tariffs').dropIndex('alias');
    const refused = createIndexes(models);
    await expect(refused).rejects.toMatchObject({ name: 'Fault', code: 'indexes_differ', retryable: false });
    await expect(refused).rejects.toThrow(`payments.${name} is `);
    await expect(refused).rejects.toThrow('Drop each of these indexes or declare it');
    expect(await db.collection('tariffs').indexes()).toHaveLength(1);
    await payments.dropIndex(name);
    await createIndexes(models);
    await assertIndexes(models);
    await close();
  },
);
