import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { createAccessPages } from '../../../src/adapters/mongo/access-pages.ts';
import { createSubscriberStore, subscribersOf } from '../../../src/adapters/mongo/subscriber-store.ts';
import { newSubscriber, type Entitlement } from '../../../src/domain/model/subscriber.ts';
import { openTestDatabase } from './test-database.ts';

let database: Awaited<ReturnType<typeof openTestDatabase>>;
beforeEach(async () => {
  database = await openTestDatabase();
});
afterEach(() => database.close());

const access = { active: true, validUntil: 9, graceUntil: null, tariffAlias: 'base', features: ['hd'] };
const entitlement: Entitlement = { ...access, role: 'subscriber' };

test('documents are read by their ids, page by page, without those whose access was never published', async () => {
  const subscribers = subscribersOf(database.models);
  const store = createSubscriberStore(subscribers);
  for (const [index, userId] of ['b', 'd', 'a', 'c'].entries()) {
    const given = userId === 'c' ? {} : { entitlement, entitlementSeq: index + 1 };
    await store.save({
      subscriber: { ...newSubscriber(userId), ...given },
      ...{ expectedVersion: 0, saveId: userId, announce: { business: null, real: null }, entry: null },
    });
  }
  const pages = createAccessPages(subscribers);
  const first = await pages(null, 2);
  expect(first).toEqual([
    { userId: 'a', entitlement, sequence: 3 },
    { userId: 'b', entitlement, sequence: 1 },
  ]);
  expect(await pages('b', 2)).toEqual([{ userId: 'd', entitlement, sequence: 2 }]);
});
