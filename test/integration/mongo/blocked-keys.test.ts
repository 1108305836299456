import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { createBlockedKeys } from '../../../src/adapters/mongo/blocked-keys.ts';
import { blockedKeysSuite } from '../../contract/blocked-keys-suite.ts';
import { openTestDatabase } from './test-database.ts';

let database: Awaited<ReturnType<typeof openTestDatabase>>;
beforeAll(async () => {
  database = await openTestDatabase();
});
afterAll(() => database.close());

blockedKeysSuite('in MongoDB', async (limits) => {
  await database.db.collection('parked_messages').deleteMany({});
  return createBlockedKeys(database.models, limits);
});

test('a message is stored under its place alone, by which a version beside this one finds and removes it', async () => {
  const parked = database.db.collection<{ _id: string }>('parked_messages');
  await parked.deleteMany({});
  const message = { group: 'g', topic: 't', partition: 0, offset: '1', key: 'a', sealed: 's', parkedAt: 1 };
  const keys = createBlockedKeys(database.models);
  await keys.park({ ...message, timestamp: 5 }, null);
  expect((await parked.find().toArray()).map(({ _id }) => _id)).toEqual(['g:t:0:1']);
  await keys.park({ ...message, timestamp: 6 }, null);
  expect((await parked.find().toArray()).map(({ _id }) => _id)).toEqual(['g:t:0:1', 'g:t:0:1:6']);
});
