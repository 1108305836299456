import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { assertTimeZone, markTimeZone } from '../../../src/adapters/mongo/time-zone-mark.ts';
import { openTestDatabase } from './test-database.ts';

let database: Awaited<ReturnType<typeof openTestDatabase>>;
beforeEach(async () => {
  database = await openTestDatabase();
});
afterEach(() => database.close());

/** A document is enough: whether its user has bought something is not asked. */
const addSubscriber = () => database.db.collection<{ _id: string }>('subscribers').insertOne({ _id: 'user-1' });

test('the first deploy step records the zone of a database, and another zone is refused by name from then on', async () => {
  const { models } = database;
  await assertTimeZone(models, 'Asia/Omsk');
  await markTimeZone(models, 'Europe/Moscow');
  await addSubscriber();
  await markTimeZone(models, 'Europe/Moscow');
  await assertTimeZone(models, 'Europe/Moscow');
  const refusal = /^BUSINESS_TIME_ZONE is Asia\/Omsk, .* counted in Europe\/Moscow: set Europe\/Moscow\./;
  for (const refuses of [assertTimeZone, markTimeZone]) {
    const refused = refuses(models, 'Asia/Omsk');
    await expect(refused).rejects.toMatchObject({ code: 'config_invalid', retryable: false });
    await expect(refused).rejects.toThrow(refusal);
  }
  await assertTimeZone(models, 'Europe/Moscow');
});

test('a database of an older version, which recorded no zone, takes the configured one', async () => {
  const { models } = database;
  await addSubscriber();
  await markTimeZone(models, 'Asia/Omsk');
  await expect(assertTimeZone(models, 'Europe/Moscow')).rejects.toThrow('set Asia/Omsk');
});

test('while there is no subscriber, a deploy step may choose another zone', async () => {
  const { models } = database;
  await markTimeZone(models, 'Europe/Moscow');
  await expect(assertTimeZone(models, 'Asia/Omsk')).rejects.toThrow('set Europe/Moscow');
  await markTimeZone(models, 'Asia/Omsk');
  await assertTimeZone(models, 'Asia/Omsk');
});
