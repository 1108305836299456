import { randomUUID } from 'node:crypto';
import { beforeEach, describe, expect, test } from '@jest/globals';
import type { SubscriberSave, SubscriberStore } from '../../src/application/ports/subscriber-store.ts';
import { hourMs, minuteMs } from '../../src/domain/model/instant.ts';
import { newSubscriber } from '../../src/domain/model/subscriber.ts';
import {
  noon,
  renewalDue,
  sampleBinding,
  sampleCommand,
  sampleEntry,
  samplePayment,
  sampleSave,
  sampleSubscription,
} from './samples.ts';

/** `breakNextSave`: refuse it; apply it and lose its answer; or apply it, lose the answer and stay unavailable. */
export type StoreHarness = {
  readonly store: SubscriberStore;
  readonly breakNextSave: (how: 'refuse' | 'lose_answer' | 'apply_and_stay_away') => void;
};

const transient = { name: 'Fault', code: 'store_unavailable', retryable: true };

export function subscriberStoreSuite(name: string, open: () => Promise<StoreHarness>): void {
  describe(`${name}: saves`, () => {
    let harness: StoreHarness;
    let userId: string;
    const save = (changes: Partial<SubscriberSave> = {}) => harness.store.save(sampleSave(userId, changes));

    beforeEach(async () => {
      harness = await open();
      userId = randomUUID();
    });

    test('an unknown user loads as null', async () => {
      expect(await harness.store.load(userId)).toBeNull();
    });

    test('what was saved loads equal, field by field', async () => {
      const subscriber = {
        ...newSubscriber(userId),
        eventSeq: 3,
        subscription: sampleSubscription('subscription-1'),
        payment: samplePayment(),
        watched: [samplePayment({ watchedBecause: 'superseded' })],
        externalRefunds: [{ paymentId: 'payment-1', providerRefundId: 'refund-1', amountMinor: 1, capturedMinor: 2 }],
        binding: sampleBinding,
        commands: [sampleCommand('command-1')],
      };
      const entry = sampleEntry('entry-1');
      expect(await save({ subscriber, announce: { business: renewalDue(noon), real: null }, entry })).toBe('saved');
      expect(await harness.store.load(userId)).toStrictEqual({
        subscriber,
        version: 1,
        announce: { business: renewalDue(noon), real: null, notBefore: null, tries: 0 },
        outbox: [entry],
      });
    });

    test('a field set back to null and a shortened list are stored as such', async () => {
      await save({ subscriber: { ...newSubscriber(userId), payment: samplePayment(), watched: [samplePayment()] } });
      await save({ expectedVersion: 1 });
      expect((await harness.store.load(userId))?.subscriber).toStrictEqual(newSubscriber(userId));
    });

    test('a save from an old version is a conflict and changes nothing', async () => {
      await save();
      await save({ expectedVersion: 1, subscriber: { ...newSubscriber(userId), eventSeq: 1 } });
      const late = {
        expectedVersion: 1,
        subscriber: { ...newSubscriber(userId), eventSeq: 9 },
        entry: sampleEntry('e'),
      };
      expect(await save(late)).toBe('conflict');
      expect(await harness.store.load(userId)).toMatchObject({ version: 2, subscriber: { eventSeq: 1 }, outbox: [] });
    });

    test('a save of a version that never existed is a conflict', async () => {
      expect(await save({ expectedVersion: 4 })).toBe('conflict');
      expect(await harness.store.load(userId)).toBeNull();
    });

    test('of two first saves one wins', async () => {
      expect((await Promise.all([save(), save()])).toSorted()).toEqual(['conflict', 'saved']);
    });

    test('the same save repeated is saved once', async () => {
      const first = { saveId: 'save-1', entry: sampleEntry('entry-1') };
      const second = { saveId: 'save-2', entry: sampleEntry('entry-2'), expectedVersion: 1 };
      for (const repeated of [first, first, second, second]) expect(await save(repeated)).toBe('saved');
      const stored = await harness.store.load(userId);
      expect(stored?.version).toBe(2);
      expect(stored?.outbox.map(({ id }) => id)).toEqual(['entry-1', 'entry-2']);
    });

    test.each([0, 1])('a save on version %i whose answer was lost is saved', async (expectedVersion) => {
      if (expectedVersion === 1) await save();
      harness.breakNextSave('lose_answer');
      expect(await save({ expectedVersion })).toBe('saved');
      expect((await harness.store.load(userId))?.version).toBe(expectedVersion + 1);
    });

    test.each([0, 1])('a save on version %i that never arrived is a transient fault', async (expectedVersion) => {
      if (expectedVersion === 1) await save();
      harness.breakNextSave('refuse');
      await expect(save({ expectedVersion })).rejects.toMatchObject(transient);
      expect((await harness.store.load(userId))?.version).toBe(expectedVersion === 0 ? undefined : 1);
    });

    test('a save applied while the connection broke is a transient fault, and a repeat finds it saved', async () => {
      const lost = { saveId: 'save-1', entry: sampleEntry('entry-1') };
      harness.breakNextSave('apply_and_stay_away');
      await expect(save(lost)).rejects.toMatchObject(transient);
      expect(await save(lost)).toBe('saved');
      expect(await harness.store.load(userId)).toMatchObject({ version: 1, outbox: [{ id: 'entry-1' }] });
    });

    test('64 concurrent savers: every version is saved by exactly one of them', async () => {
      await save({ subscriber: { ...newSubscriber(userId), eventSeq: 0 } });
      const savedVersions = await Promise.all(Array.from({ length: 64 }, () => saveOnceMore(harness.store, userId)));
      expect(savedVersions.toSorted((a, b) => a - b)).toEqual(Array.from({ length: 64 }, (_, index) => index + 2));
      const stored = await harness.store.load(userId);
      expect(stored).toMatchObject({ version: 65, subscriber: { eventSeq: 64 } });
      expect(stored?.outbox.map(({ id }) => id)).toEqual(Array.from({ length: 64 }, (_, index) => `to-${index + 2}`));
    });

    test('a save changes no other document', async () => {
      const neighbour = randomUUID();
      await save();
      await harness.store.save(sampleSave(neighbour, { entry: sampleEntry('theirs') }));
      await save({ expectedVersion: 1, entry: sampleEntry('ours') });
      expect(await harness.store.load(neighbour)).toMatchObject({ version: 1, outbox: [{ id: 'theirs' }] });
    });
  });

  outboxSuite(name, open);
}

/** Every loser of a round reloads; 64 savers need at most 64 rounds. */
async function saveOnceMore(store: SubscriberStore, userId: string): Promise<number> {
  for (let round = 0; round < 64; round += 1) {
    const stored = await store.load(userId);
    if (stored === null) throw new Error('the document is gone');
    const next = stored.version + 1;
    const subscriber = { ...stored.subscriber, eventSeq: stored.subscriber.eventSeq + 1 };
    const save = sampleSave(userId, { subscriber, expectedVersion: stored.version, entry: sampleEntry(`to-${next}`) });
    if ((await store.save(save)) === 'saved') return next;
  }
  throw new Error('lost 64 rounds');
}

function outboxSuite(name: string, open: () => Promise<StoreHarness>): void {
  describe(`${name}: outbox and waiting requests`, () => {
    let store: SubscriberStore;
    beforeEach(async () => {
      ({ store } = await open());
    });

    test('published entries are removed, those added meanwhile stay, unknown ones are ignored', async () => {
      const [a, b] = [randomUUID(), randomUUID()];
      await store.save(sampleSave(a, { entry: sampleEntry('a-1') }));
      await store.save(sampleSave(a, { entry: sampleEntry('a-2'), expectedVersion: 1 }));
      await store.save(sampleSave(b, { entry: sampleEntry('b-1') }));
      await store.pullOutbox([
        { userId: a, entryIds: ['a-1', 'never-was'] },
        { userId: b, entryIds: ['b-1'] },
        { userId: randomUUID(), entryIds: ['a-2'] },
      ]);
      await store.pullOutbox([]);
      expect((await store.load(a))?.outbox.map(({ id }) => id)).toEqual(['a-2']);
      expect(await store.load(b)).toMatchObject({ version: 1, outbox: [] });
    });

    test('leftovers are found by their oldest entry, oldest first, with all later entries', async () => {
      const [old, older, fresh] = [randomUUID(), randomUUID(), randomUUID()];
      await store.save(sampleSave(old, { entry: sampleEntry('old-1', noon - minuteMs) }));
      await store.save(sampleSave(old, { entry: sampleEntry('old-2', noon + minuteMs), expectedVersion: 1 }));
      await store.save(sampleSave(older, { entry: sampleEntry('older-1', noon - 2 * minuteMs) }));
      await store.save(sampleSave(fresh, { entry: sampleEntry('fresh-1', noon) }));
      await store.save(sampleSave(randomUUID()));
      const found = await store.findLeftovers(noon, { limit: 10, from: null, except: [] });
      expect(found.map(({ userId, outbox }) => [userId, outbox.map(({ id }) => id)])).toEqual([
        [older, ['older-1']],
        [old, ['old-1', 'old-2']],
      ]);
      expect(await store.findLeftovers(noon, { limit: 1, from: null, except: [] })).toHaveLength(1);
      expect(await store.findLeftovers(noon, { limit: 1, from: null, except: [older] })).toMatchObject([
        { userId: old },
      ]);
    });

    test('leftovers are found from an instant on, with all of that instant', async () => {
      const [old, same, young] = [randomUUID(), randomUUID(), randomUUID()];
      await store.save(sampleSave(old, { entry: sampleEntry('old-1', noon - 3 * minuteMs) }));
      await store.save(sampleSave(same, { entry: sampleEntry('same-1', noon - 2 * minuteMs) }));
      await store.save(sampleSave(young, { entry: sampleEntry('young-1', noon - minuteMs) }));
      const from = noon - 2 * minuteMs;
      const usersOf = async (except: readonly string[]) =>
        (await store.findLeftovers(noon, { limit: 10, from, except })).map(({ userId }) => userId);
      expect(await usersOf([])).toEqual([same, young]);
      expect(await usersOf([same])).toEqual([young]);
    });

    test('a leftover of a clock that is hours ahead is found now, and not only when its time has come', async () => {
      const [ahead, later] = [randomUUID(), randomUUID()];
      await store.save(sampleSave(ahead, { entry: sampleEntry('ahead-1', noon + 3 * hourMs) }));
      await store.save(sampleSave(later, { entry: sampleEntry('later-1', noon + minuteMs) }));
      const found = await store.findLeftovers(noon, { limit: 10, from: null, except: [] });
      expect(found.map(({ userId }) => userId)).toEqual([ahead]);
    });

    test('one query finds commands of many users, without unknown ones', async () => {
      const [a, b] = [randomUUID(), randomUUID()];
      const commands = [
        sampleCommand('command-1'),
        sampleCommand('command-2', { kind: 'completed', subscriptionId: 's' }),
      ];
      await store.save(sampleSave(a, { subscriber: { ...newSubscriber(a), commands }, entry: sampleEntry('a-1') }));
      await store.save(sampleSave(b, { subscriber: { ...newSubscriber(b), commands } }));
      const found = await store.findCommands([
        { userId: a, commandId: 'command-1' },
        { userId: a, commandId: 'command-2' },
        { userId: b, commandId: 'command-2' },
        { userId: b, commandId: 'command-3' },
        { userId: randomUUID(), commandId: 'command-1' },
      ]);
      expect(found.map(({ userId, entry }) => [userId, entry])).toEqual([
        [a, commands[0]],
        [a, commands[1]],
        [b, commands[1]],
      ]);
      expect(found[0]?.subscriber).toStrictEqual({ ...newSubscriber(a), commands });
      expect(await store.findCommands([])).toEqual([]);
    });

    test('finds many subscribers at once: known ones only, each once', async () => {
      const { store } = await open();
      const [a, b] = [randomUUID(), randomUUID()];
      await store.save(sampleSave(a, { entry: sampleEntry('a-1') }));
      await store.save(sampleSave(b));
      const found = await store.findMany([a, randomUUID(), b, a]);
      expect(found.map(({ userId }) => userId).sort()).toEqual([a, b].sort());
      expect(found.find(({ userId }) => userId === a)).toStrictEqual((await store.load(a))?.subscriber);
      expect(await store.findMany([])).toEqual([]);
    });
  });
}
