import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { createReadBacklog, oldestDueCursor } from '../../../src/adapters/mongo/backlog.ts';
import { createDeadLetters } from '../../../src/adapters/mongo/dead-letters.ts';
import { createSubscriberStore, subscribersOf } from '../../../src/adapters/mongo/subscriber-store.ts';
import { countedMax } from '../../../src/application/ports/backlog.ts';
import { minuteMs } from '../../../src/domain/model/instant.ts';
import { newSubscriber } from '../../../src/domain/model/subscriber.ts';
import type { NextDue } from '../../../src/domain/timers/index.ts';
import { noon, renewalDue, sampleEntry, sampleSave, statusCheckDue } from '../../contract/samples.ts';
import { openTestDatabase } from './test-database.ts';

let database: Awaited<ReturnType<typeof openTestDatabase>>;
beforeAll(async () => {
  database = await openTestDatabase();
});
afterAll(() => database.close());

const collections = ['subscribers', 'subscriptions', 'payments', 'refunds', 'receipts', 'dead_letters'];
beforeEach(async () => {
  for (const name of collections) await database.db.collection(name).deleteMany({});
});

const read = () => createReadBacklog(database.models)(noon);
const store = () => createSubscriberStore(subscribersOf(database.models));
const nothing: NextDue = { business: null, real: null };

async function saved(next: Partial<NextDue>, testClockId: string | null = null): Promise<void> {
  const userId = randomUUID();
  const subscriber = { ...newSubscriber(userId), testClockId };
  await store().save(sampleSave(userId, { subscriber, announce: { ...nothing, ...next }, entry: null }));
}

describe('what waits in the database', () => {
  test('is nothing in an empty one', async () => {
    const { oldestDue, ...rest } = await read();
    expect(Object.values(oldestDue).every((at) => at === null)).toBe(true);
    expect(rest).toEqual({
      oldestOutbox: null,
      work: { held: 0, unknown: 0, stuck: 0, refund_late: 0, receipt_failed: 0 },
      openDeadLetters: 0,
    });
  });

  test('has the oldest timer of each type that is due, claimed or not, and none of a test clock', async () => {
    await saved({ business: renewalDue(noon - 2 * minuteMs) });
    await saved({ business: renewalDue(noon + minuteMs) });
    await saved({ business: renewalDue(noon - 9 * minuteMs) }, 'clock-1');
    await saved({ real: statusCheckDue(noon - 3 * minuteMs) });
    const [due] = await store().findDue({
      ...{ types: ['subscription.renewal_due'], realNow: noon, testClock: null, limit: 1 },
    });
    if (due !== undefined) await store().claimDue([{ due, notBefore: noon + 5 * minuteMs }]);
    const { oldestDue } = await read();
    expect(oldestDue['subscription.renewal_due']).toBe(noon - 2 * minuteMs);
    expect(oldestDue['payment.status_check_due']).toBe(noon - 3 * minuteMs);
    expect(oldestDue['subscription.expiry_due']).toBeNull();
  });

  test('has the oldest outbox entry of any subscriber', async () => {
    for (const at of [noon - 1, noon - 5, noon - 3]) {
      const userId = randomUUID();
      await store().save(sampleSave(userId, { entry: { ...sampleEntry(randomUUID()), at } }));
    }
    expect((await read()).oldestOutbox).toBe(noon - 5);
  });

  test('counts what waits for a person, up to the bound', async () => {
    const rows = (count: number, row: object) =>
      Array.from({ length: count }, () => ({ _id: randomUUID() as never, ...row }));
    const { db } = database;
    await db.collection('subscriptions').insertMany([...rows(2, { held: { since: 1 } }), ...rows(1, {})]);
    const pending = { state: 'pending', createdRealAt: 1 };
    await db
      .collection('payments')
      .insertMany([
        ...rows(3, { state: 'unknown', stuckSince: null, createdRealAt: 1 }),
        ...[
          ...rows(2, { ...pending, stuckSince: 5 }),
          ...rows(1, pending),
          ...rows(1, { state: 'failed', stuckSince: 5 }),
        ],
      ]);
    await db
      .collection('refunds')
      .insertMany([...rows(1, { state: 'unknown', stuckSince: 5, lateSince: 7, createdRealAt: 1 })]);
    await db.collection('receipts').insertMany([...rows(countedMax + 1, { state: 'failed' })]);
    const letter = { topic: 't', partition: 0, key: null, timestamp: null, consumerGroup: 'g', errorClass: 'poison' };
    const rest = { errorCode: 'no_key', reason: 'r', firstFailedAt: noon, attempts: 1, sealed: 's', replayOf: null };
    const letters = createDeadLetters(database.models);
    for (const offset of ['1', '2']) await letters.keep({ ...letter, ...rest, errorClass: 'poison', offset });
    await letters.close('t:0:1:g', 'discarded', noon);
    const { work, openDeadLetters } = await read();
    expect(work).toEqual({ held: 2, unknown: 4, stuck: 3, refund_late: 1, receipt_failed: countedMax });
    expect(openDeadLetters).toBe(1);
  });

  test('is found by one step into an index, however many are due', async () => {
    for (let n = 0; n < 20; n += 1) await saved({ business: renewalDue(noon - n), real: statusCheckDue(noon - n) });
    for (const [on, type] of [
      ['business', 'subscription.renewal_due'],
      ['real', 'payment.status_check_due'],
    ] as const) {
      const plan = await oldestDueCursor(subscribersOf(database.models), on, type, noon).explain('executionStats');
      expect(plan['executionStats']).toMatchObject({ nReturned: 1, totalDocsExamined: 1 });
    }
  });
});
