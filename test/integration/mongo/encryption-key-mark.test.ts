import { afterEach, beforeEach, expect, test } from '@jest/globals';
import {
  assertEncryptionKeys,
  forgetOtherKeys,
  markEncryptionKeys,
} from '../../../src/adapters/mongo/encryption-key-mark.ts';
import { openTestDatabase } from './test-database.ts';

let database: Awaited<ReturnType<typeof openTestDatabase>>;
beforeEach(async () => {
  database = await openTestDatabase();
});
afterEach(() => database.close());

const refusal = { code: 'config_invalid', retryable: false };

test('the first deploy step records the key of a database, and another key is refused from then on', async () => {
  const { models } = database;
  await assertEncryptionKeys(models, ['not marked yet: any key']);
  await markEncryptionKeys(models, ['ours']);
  await markEncryptionKeys(models, ['ours']);
  await assertEncryptionKeys(models, ['ours']);
  await expect(assertEncryptionKeys(models, ['another'])).rejects.toMatchObject(refusal);
  await expect(markEncryptionKeys(models, ['another'])).rejects.toMatchObject(refusal);
  await assertEncryptionKeys(models, ['ours']);
});

test('a key is replaced behind, then before the old one, which is needed until all is sealed anew', async () => {
  const { models } = database;
  // As a version before rings has written it.
  await models.encryptionKey.create({ _id: 'current', digest: 'old' });
  await markEncryptionKeys(models, ['old', 'new']);
  await assertEncryptionKeys(models, ['old']);
  await expect(assertEncryptionKeys(models, ['new', 'old'])).rejects.toThrow('Run the deploy step');
  await markEncryptionKeys(models, ['new', 'old']);
  for (const ring of [
    ['new', 'old'],
    ['old', 'new'],
  ])
    await assertEncryptionKeys(models, ring);
  for (const ring of [['old'], ['new']]) {
    await expect(assertEncryptionKeys(models, ring)).rejects.toThrow('npm run reseal');
    await expect(markEncryptionKeys(models, ring)).rejects.toMatchObject(refusal);
  }
  await forgetOtherKeys(models, 'new');
  await assertEncryptionKeys(models, ['new']);
  await markEncryptionKeys(models, ['new']);
  await expect(assertEncryptionKeys(models, ['old', 'new'])).rejects.toThrow('Run the deploy step');
});
