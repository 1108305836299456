import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { assertEncryptionKey, markEncryptionKey } from '../../../src/adapters/mongo/encryption-key-mark.ts';
import { openTestDatabase } from './test-database.ts';

let database: Awaited<ReturnType<typeof openTestDatabase>>;
beforeAll(async () => {
  database = await openTestDatabase();
});
afterAll(() => database.close());

const refusal = { code: 'config_invalid', retryable: false };

test('the first deploy step records the key of a database, and another key is refused from then on', async () => {
  const { models } = database;
  await assertEncryptionKey(models, 'not marked yet: any key');
  await markEncryptionKey(models, 'ours');
  await markEncryptionKey(models, 'ours');
  await assertEncryptionKey(models, 'ours');
  await expect(assertEncryptionKey(models, 'another')).rejects.toMatchObject(refusal);
  await expect(markEncryptionKey(models, 'another')).rejects.toMatchObject(refusal);
  await assertEncryptionKey(models, 'ours');
});
