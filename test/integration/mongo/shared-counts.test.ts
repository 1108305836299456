import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { createSharedCounts } from '../../../src/adapters/mongo/shared-counts.ts';
import { openTestDatabase } from './test-database.ts';

let database: Awaited<ReturnType<typeof openTestDatabase>>;
beforeAll(async () => {
  database = await openTestDatabase();
});
afterAll(() => database.close());

test('each process hears what the living others reported last', async () => {
  const counts = createSharedCounts(database.models);
  const rows = database.db.collection<{ _id: string; at: Date }>('api_processes');
  expect(await counts.exchange('a', [{ key: '$x', count: 1 }])).toEqual([]);
  expect(await counts.exchange('b', [])).toEqual([[{ key: '$x', count: 1 }]]);
  await counts.exchange('a', [{ key: '$x', count: 5 }]);
  expect(await counts.exchange('b', [])).toEqual([[{ key: '$x', count: 5 }]]);
  await rows.updateOne({ _id: 'a' }, { $set: { at: new Date(Date.now() - 6_000) } });
  expect(await counts.exchange('b', [])).toEqual([]);
  await counts.leave('b');
  expect(await counts.exchange('a', [])).toEqual([]);
});
