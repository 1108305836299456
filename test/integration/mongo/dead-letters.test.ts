import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { createDeadLetters } from '../../../src/adapters/mongo/dead-letters.ts';
import { deadLettersSuite } from '../../contract/dead-letters-suite.ts';
import { openTestDatabase } from './test-database.ts';

let database: Awaited<ReturnType<typeof openTestDatabase>>;
beforeAll(async () => {
  database = await openTestDatabase();
});
afterAll(() => database.close());

deadLettersSuite('in MongoDB', async () => {
  await database.db.collection('dead_letters').deleteMany({});
  return createDeadLetters(database.models);
});

test('MongoDB deletes dead letters 90 days after they were closed, and no open one', async () => {
  const letters = database.db.collection<{ _id: string }>('dead_letters');
  const [index] = (await letters.indexes()).filter(({ name }) => name === 'closed_long_ago');
  expect(index).toMatchObject({ key: { closedAt: 1 }, expireAfterSeconds: 90 * 24 * 3_600 });
});

test('each list is read off an index, newest first', async () => {
  const letters = database.db.collection('dead_letters');
  for (const filter of [{}, { state: 'open' }]) {
    const plan = await letters.find(filter).sort({ firstFailedAt: -1, _id: -1 }).explain('queryPlanner');
    expect(JSON.stringify(plan)).not.toContain('"SORT"');
    expect(JSON.stringify(plan)).toContain('IXSCAN');
  }
});
