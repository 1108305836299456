import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { createAudit } from '../../../src/adapters/mongo/audit.ts';
import { markEncryptionKeys } from '../../../src/adapters/mongo/encryption-key-mark.ts';
import { createCipher } from '../../../src/adapters/system/cipher.ts';
import { recordAt } from '../../../src/application/ports/cipher.ts';
import { encryptionKeyDigests } from '../../../src/composition/encryption-key-digest.ts';
import { runReseal } from '../../../src/composition/run-reseal.ts';
import { loadConfig } from '../../../src/config.ts';
import { openTestDatabase } from './test-database.ts';

let database: Awaited<ReturnType<typeof openTestDatabase>>;
beforeEach(async () => {
  database = await openTestDatabase();
});
afterEach(() => database.close());

const [oldKey, newKey] = [1, 2].map((byte) => Buffer.alloc(32, byte).toString('base64')) as [string, string];
const entries = () => createAudit(database.models).list({ about: 'database', limit: 10, page: 1 });
const place = { topic: 'billing.commands.v1', partition: 3, offset: '7' };

test('who seals all texts anew is in the audit, with a reason and no key, before a text changes', async () => {
  const variables = { BILLING_ENV: 'test', MONGODB_URL: database.url, ENCRYPTION_KEY: `${newKey},${oldKey}` };
  const digests = encryptionKeyDigests(loadConfig(variables));
  await markEncryptionKeys(database.models, digests.toReversed());
  await markEncryptionKeys(database.models, digests);
  const sealed = createCipher([oldKey]).seal(Buffer.from('a command'), recordAt(place));
  await database.db.collection<{ _id: string }>('dead_letters').insertOne({ _id: 'd', ...place, sealed } as never);

  const line = ['--actor', 'anna', '--reason', 'a leak', '--key', 'k-1'];
  expect(await runReseal(line, variables)).toBe(0);
  expect(await runReseal(line, variables)).toBe(0);
  const audited = await entries();
  expect(audited).toHaveLength(1);
  expect(audited[0]).toMatchObject({
    ...{ actor: 'anna', reason: 'a leak', action: 'texts.reseal', userId: null },
    after: { sealsWith: digests[0], letsGoOf: [digests[1]] },
  });
  const row = await database.db.collection('dead_letters').findOne({});
  const opened = createCipher([newKey]).open(String(row?.['sealed']), recordAt(place));
  expect(Buffer.from(opened).toString()).toBe('a command');
});

test('nothing is sealed anew where the audit cannot have the act', async () => {
  const variables = { BILLING_ENV: 'test', MONGODB_URL: database.url, ENCRYPTION_KEY: `${newKey},${oldKey}` };
  await markEncryptionKeys(database.models, encryptionKeyDigests(loadConfig(variables)));
  const sealed = createCipher([oldKey]).seal(Buffer.from('a command'), recordAt(place));
  const letters = database.db.collection<{ _id: string }>('dead_letters');
  await letters.insertOne({ _id: 'd', ...place, sealed } as never);
  await database.db.command({ collMod: 'audit', validator: { actor: 'nobody' } });
  expect(await runReseal(['--actor', 'anna', '--reason', 'a leak'], variables)).toBe(1);
  expect(await letters.findOne({})).toMatchObject({ sealed });
});
