import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { type Collection, MongoNetworkError } from 'mongodb';
import { createSubscriberStore, subscribersOf } from '../../../src/adapters/mongo/subscriber-store.ts';
import type { SubscriberDocument } from '../../../src/adapters/mongo/subscriber-document.ts';
import { dueSuite } from '../../contract/due-suite.ts';
import { type StoreHarness, subscriberStoreSuite } from '../../contract/subscriber-store-suite.ts';
import { sampleSave } from '../../contract/samples.ts';
import { openTestDatabase } from './test-database.ts';

type Breakage = Parameters<StoreHarness['breakNextSave']>[0] | 'stay_away' | 'none';
let database: Awaited<ReturnType<typeof openTestDatabase>>;

beforeAll(async () => {
  database = await openTestDatabase();
});
afterAll(() => database.close());

const cutOff = () => new MongoNetworkError('the test cut the connection');

/** The real collection on a connection that breaks before or after the server has done its work. */
function breakable(real: Collection<SubscriberDocument>) {
  let how: Breakage = 'none';
  const writing =
    (write: (...args: unknown[]) => Promise<unknown>) =>
    async (...args: unknown[]): Promise<unknown> => {
      const planned = how;
      how = planned === 'apply_and_stay_away' ? 'stay_away' : 'none';
      const answer = planned === 'refuse' ? null : await write.apply(real, args);
      if (planned === 'none') return answer;
      throw cutOff();
    };
  const reading =
    (read: (...args: unknown[]) => Promise<unknown>) =>
    (...args: unknown[]): Promise<unknown> => {
      if (how !== 'stay_away') return read.apply(real, args);
      how = 'none';
      return Promise.reject(cutOff());
    };
  const collection = new Proxy(real, {
    get: (target, name) => {
      const value: unknown = Reflect.get(target, name, target);
      if (typeof value !== 'function') return value;
      const bound = value.bind(target) as (...args: unknown[]) => Promise<unknown>;
      if (name === 'updateOne' || name === 'insertOne') return writing(bound);
      return name === 'findOne' ? reading(bound) : bound;
    },
  });
  return { collection, breakNextSave: (next: Breakage) => void (how = next) };
}

async function open(): Promise<StoreHarness> {
  const { collection, breakNextSave } = breakable(subscribersOf(database.models));
  await collection.deleteMany({});
  return { store: createSubscriberStore(collection), breakNextSave };
}

test('what is due is claimed beside a timer that only a newer version knows', async () => {
  const { store } = await open();
  const timer = { type: 'subscription.renewal_due', subscriptionId: 's-1', periodIndex: 1, attemptNo: 1 } as const;
  const announce = { business: { at: 1, timer }, real: null };
  expect(await store.save(sampleSave('u-1', { expectedVersion: 0, announce }))).toBe('saved');
  const real = { at: 1, timer: { type: 'subscription.pause_due', subjectId: 's-1' } };
  await database.models.subscribers.collection.updateOne(
    { _id: 'u-1' as never },
    { $set: { 'announce.real': real, 'announce.key': 'of the newer version' } },
  );
  const found = await store.findDue({ types: [timer.type], realNow: 2, testClock: null, limit: 10 });
  expect(found).toMatchObject([{ userId: 'u-1', announce: { business: { timer } } }]);
  expect(await store.claimDue(found.map((due) => ({ due, notBefore: 3 })))).toEqual([true]);
  expect(await store.findDue({ types: [timer.type], realNow: 2, testClock: null, limit: 10 })).toEqual([]);
});

subscriberStoreSuite('subscribers in MongoDB', open);
dueSuite('subscribers in MongoDB', open);
