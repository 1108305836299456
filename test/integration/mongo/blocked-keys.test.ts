import { afterAll, beforeAll } from '@jest/globals';
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
