import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { prepareMongo } from '../../../src/composition/run-migration.ts';
import { loadConfig } from '../../../src/config.ts';
import { createLogRecorder } from '../../support/log-recorder.ts';
import { production } from '../../support/configurations.ts';
import { openTestDatabase } from './test-database.ts';

let database: Awaited<ReturnType<typeof openTestDatabase>>;
beforeAll(async () => {
  database = await openTestDatabase();
});
afterAll(() => database.close());

/** The set of the tests has one member. Their address is none of production, so it replaces the checked one. */
const contextOf = (environment: string) => ({
  config: { ...loadConfig({ ...production, BILLING_ENV: environment }), MONGODB_URL: database.url },
  log: createLogRecorder(),
});

test('the deploy step refuses a set of one member in production, before it writes, and takes it in staging', async () => {
  await expect(prepareMongo(contextOf('production'))).rejects.toMatchObject({
    code: 'database_unsafe',
    message: expect.stringMatching(/has 1 members that hold data.* Production needs 3/),
  });
  expect(await database.models.encryptionKey.countDocuments()).toBe(0);
  await prepareMongo(contextOf('staging'));
  expect(await database.models.encryptionKey.countDocuments()).toBe(1);
});
