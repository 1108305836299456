import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { FindCursor } from 'mongodb';
import { businessDue, dueCursor, earliestCursor, realDue } from '../../../src/adapters/mongo/due-subscribers.ts';
import { announceKey } from '../../../src/adapters/mongo/subscriber-document.ts';
import { createSubscriberStore, leftoverCursor, subscribersOf } from '../../../src/adapters/mongo/subscriber-store.ts';
import type { SubscriberStore } from '../../../src/application/ports/subscriber-store.ts';
import { hourMs } from '../../../src/domain/model/instant.ts';
import { newSubscriber } from '../../../src/domain/model/subscriber.ts';
import { type Timer, timerTypes } from '../../../src/domain/timers/index.ts';
import { noon, renewalDue, sampleEntry, sampleSave } from '../../contract/samples.ts';
import { openTestDatabase } from './test-database.ts';

let database: Awaited<ReturnType<typeof openTestDatabase>>;
let store: SubscriberStore;
beforeAll(async () => {
  database = await openTestDatabase();
  store = createSubscriberStore(subscribersOf(database.models));
});
afterAll(() => database.close());

const check = (at: number): { at: number; timer: Timer } => ({
  at,
  timer: { type: 'payment.status_check_due', subject: 'payment', subjectId: 'p', dueAt: at },
});

type Stats = Record<'totalKeysExamined' | 'totalDocsExamined' | 'nReturned', number>;
async function explained(cursor: FindCursor): Promise<{ readonly plan: string; readonly stats: Stats }> {
  const plan = JSON.stringify(await cursor.explain('executionStats'));
  const { executionStats: stats } = JSON.parse(plan) as { executionStats: Stats };
  return { plan, stats };
}

/** Due and not due subscribers: the cost of a query must follow the first number alone. */
const dueCount = 20;
const laterCount = 5_000;

describe('the cost of finding due subscribers follows their number, not that of all subscribers', () => {
  const query = { types: timerTypes, realNow: noon, testClock: null, limit: 100 };
  beforeAll(async () => {
    for (const testClockId of [null, 'clock-1']) await saveMany(testClockId);
  });

  /** On a test clock nothing is due in real time, or the real-time query would find both sets. */
  async function saveMany(testClockId: string | null): Promise<void> {
    const realAt = (at: number) => (testClockId === null ? check(at) : check(at + 1_000 * hourMs));
    const announceAt = (at: number) => ({ business: renewalDue(at), real: realAt(at) });
    const save = async (at: number) => {
      const userId = randomUUID();
      const subscriber = { ...newSubscriber(userId), testClockId };
      await store.save(sampleSave(userId, { subscriber, announce: announceAt(at) }));
    };
    for (let index = 0; index < dueCount; index += 1) await save(noon - index);
    const template = await subscribersOf(database.models).findOne({ testClockId });
    if (template === null) throw new Error('nothing was saved');
    const later = Array.from({ length: laterCount }, (_, index) => announceAt(noon + hourMs + index));
    await subscribersOf(database.models).insertMany(
      later.map((announce) => ({
        ...template,
        _id: randomUUID(),
        announce: { ...template.announce, ...announce, key: announceKey(announce) },
      })),
    );
  }

  test.each([
    ['in business time', () => businessDue(query, null, noon), 'due_business'],
    ['in real time', () => realDue(query), 'due_real'],
    ['on a test clock', () => businessDue(query, 'clock-1', noon), 'due_business'],
  ])('%s', async (_name, part, index) => {
    const { plan, stats } = await explained(dueCursor(subscribersOf(database.models), 100, part()));
    expect(plan).toContain(`"indexName":"${index}"`);
    expect(plan).not.toContain('COLLSCAN');
    expect(plan).not.toContain('"stage":"SORT"');
    expect(stats).toMatchObject({ nReturned: dueCount, totalDocsExamined: dueCount });
    // Each of the two ranges of claims walks the keys that are due, and steps twice for each type.
    expect(stats.totalKeysExamined).toBeLessThanOrEqual(2 * (dueCount + 2 * timerTypes.length));
  });

  test('claimed subscribers are filtered inside the index, without reading their documents', async () => {
    const claimed = await store.findDue({ ...query, limit: 5 });
    await store.claimDue(claimed.map((due) => ({ due, notBefore: noon + hourMs })));
    const { stats } = await explained(dueCursor(subscribersOf(database.models), 100, businessDue(query, null, noon)));
    expect(stats).toMatchObject({ nReturned: dueCount - 5, totalDocsExamined: dueCount - 5 });
    const later = { ...query, realNow: noon + hourMs };
    expect(await store.findDue({ ...later, limit: dueCount })).toHaveLength(dueCount);
  });

  test('the next instant of a test clock', async () => {
    const between = { after: noon, until: noon + 100 * hourMs };
    const { plan, stats } = await explained(earliestCursor(subscribersOf(database.models), 'clock-1', between));
    expect(plan).toContain('"indexName":"due_business"');
    expect(plan).not.toContain('COLLSCAN');
    expect(plan).not.toContain('"stage":"SORT"');
    expect(stats.nReturned).toBe(1);
    // One key for each merged type, and the one after the result.
    expect(stats.totalDocsExamined).toBeLessThanOrEqual(timerTypes.length);
    expect(stats.totalKeysExamined).toBeLessThanOrEqual(2 * timerTypes.length);
  });

  test('outbox entries that are too old', async () => {
    for (let index = 0; index < 5; index += 1)
      await store.save(sampleSave(randomUUID(), { entry: sampleEntry('left', noon - hourMs - index) }));
    await store.save(sampleSave(randomUUID(), { entry: sampleEntry('fresh', noon) }));
    const { plan, stats } = await explained(
      leftoverCursor(subscribersOf(database.models), noon - 1, { limit: 100, from: null, except: [] }),
    );
    expect(plan).toContain('"indexName":"leftovers"');
    expect(plan).not.toContain('COLLSCAN');
    expect(stats).toMatchObject({ nReturned: 5, totalDocsExamined: 5 });
    const later = await explained(
      leftoverCursor(subscribersOf(database.models), noon - 1, { limit: 100, from: noon - hourMs - 1, except: [] }),
    );
    expect(later.stats).toMatchObject({ nReturned: 2, totalDocsExamined: 2 });
  });

  test('two concurrent claimers: each claim has one winner', async () => {
    const due = await store.findDue({ types: timerTypes, realNow: noon, testClock: null, limit: 20 });
    const claims = due.map((one) => ({ due: one, notBefore: noon + hourMs }));
    const [mine, theirs] = await Promise.all([store.claimDue(claims), store.claimDue(claims)]);
    expect(mine.map((won, index) => Number(won) + Number(theirs[index]))).toEqual(due.map(() => 1));
  });
});

describe('64 concurrent saves of one subscriber', () => {
  test('use every version exactly once, and no entry is lost', async () => {
    const userId = randomUUID();
    const saveOnce = async (index: number): Promise<number> => {
      for (let tried = 0; tried < 200; tried += 1) {
        const loaded = await store.load(userId);
        const expectedVersion = loaded?.version ?? 0;
        const subscriber = { ...(loaded?.subscriber ?? newSubscriber(userId)), eventSeq: expectedVersion + 1 };
        const entry = sampleEntry(`entry-${index}`);
        if ((await store.save(sampleSave(userId, { subscriber, expectedVersion, entry }))) === 'saved')
          return expectedVersion + 1;
      }
      throw new Error('never saved');
    };
    const versions = await Promise.all(Array.from({ length: 64 }, (_, index) => saveOnce(index)));
    expect(versions.toSorted((a, b) => a - b)).toEqual(Array.from({ length: 64 }, (_, index) => index + 1));
    const stored = await store.load(userId);
    expect([stored?.version, stored?.subscriber.eventSeq, stored?.outbox.length]).toEqual([64, 64, 64]);
  }, 60_000);
});

test('each of many concurrent saves gets its own result, and no missing subscriber is created', async () => {
  const [winners, losers, missing] = [1, 2, 3].map(() => Array.from({ length: 5 }, () => randomUUID()));
  const all = [winners ?? [], losers ?? [], missing ?? []] as const;
  for (const userId of [...all[0], ...all[1]]) await store.save(sampleSave(userId));
  for (const userId of all[1]) await store.save(sampleSave(userId, { expectedVersion: 1 }));
  const fates = all.map((userIds) =>
    Promise.all(userIds.map((userId) => store.save(sampleSave(userId, { expectedVersion: 1 })))),
  );
  const [won, lost, unknown] = await Promise.all(fates);
  expect(won).toEqual(all[0].map(() => 'saved'));
  expect(lost).toEqual(all[1].map(() => 'conflict'));
  expect(unknown).toEqual(all[2].map(() => 'conflict'));
  expect(await store.findMany(all[2])).toEqual([]);
});
