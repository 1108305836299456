import { randomUUID } from 'node:crypto';
import { beforeEach, describe, expect, test } from '@jest/globals';
import type { DueSubscriber, SubscriberSave, SubscriberStore } from '../../src/application/ports/subscriber-store.ts';
import { hourMs, type Instant, minuteMs } from '../../src/domain/model/instant.ts';
import { newSubscriber, type Subscriber } from '../../src/domain/model/subscriber.ts';
import type { NextDue } from '../../src/domain/timers/index.ts';
import { noon, renewalDue, sampleEntry, samplePayment, sampleRefund, sampleSave, statusCheckDue } from './samples.ts';
import type { StoreHarness } from './subscriber-store-suite.ts';

const nothing: NextDue = { business: null, real: null };
const inFiveMinutes = noon + 5 * minuteMs;

/** Finding, claiming and counting what falls due: the second half of the SubscriberStore contract. */
export function dueSuite(name: string, open: () => Promise<StoreHarness>): void {
  describe(`${name}: what is due`, () => {
    let store: SubscriberStore;
    beforeEach(async () => {
      ({ store } = await open());
    });

    const announced = async (next: Partial<NextDue>, testClockId: string | null = null): Promise<string> => {
      const userId = randomUUID();
      const subscriber = { ...newSubscriber(userId), testClockId };
      await store.save(sampleSave(userId, { subscriber, announce: { ...nothing, ...next } }));
      return userId;
    };
    const find = (changes: Partial<Parameters<SubscriberStore['findDue']>[0]> = {}) =>
      store.findDue({ types: ['subscription.renewal_due'], realNow: noon, testClock: null, limit: 10, ...changes });
    const idsOf = (found: readonly DueSubscriber[]) => found.map(({ userId }) => userId);
    const claim = async (due: DueSubscriber, notBefore: Instant) => (await store.claimDue([{ due, notBefore }]))[0];

    test('finds what is due now, earliest first, and nothing of another type or of the future', async () => {
      const late = await announced({ business: renewalDue(noon) });
      const early = await announced({ business: renewalDue(noon - minuteMs) });
      await announced({ business: renewalDue(noon + 1) });
      await announced({ business: statusCheckDue(noon - minuteMs) });
      await announced({});
      expect(idsOf(await find())).toEqual([early, late]);
      expect(idsOf(await find({ limit: 1 }))).toEqual([early]);
      expect(await find({ types: ['subscription.renewal_due', 'payment.status_check_due'] })).toHaveLength(3);
      expect(await find({ types: [] })).toEqual([]);
    });

    test('a due subscriber comes with its announcement as saved', async () => {
      const userId = await announced({ business: renewalDue(noon), real: statusCheckDue(noon + 1) });
      const announce = { business: renewalDue(noon), real: statusCheckDue(noon + 1), notBefore: null, tries: 0 };
      expect(await find()).toStrictEqual([{ userId, announce, testClockId: null, claimKey: expect.any(String) }]);
    });

    test('real instants fall due on every clock, and a subscriber due twice is found once', async () => {
      const types = ['subscription.renewal_due', 'payment.status_check_due'] as const;
      const onClock = await announced({ business: renewalDue(noon), real: statusCheckDue(noon - 2) }, 'clock-1');
      const twice = await announced({ business: renewalDue(noon - 1), real: statusCheckDue(noon - 3) });
      expect(idsOf(await find({ types }))).toEqual([twice, onClock]);
      expect(idsOf(await find({ types, limit: 1 }))).toEqual([twice]);
    });

    test('a test clock finds its own subscribers by its own time only', async () => {
      const ahead = noon + 1000 * minuteMs;
      const mine = await announced({ business: renewalDue(ahead) }, 'clock-1');
      await announced({ business: renewalDue(ahead) }, 'clock-2');
      await announced({ business: renewalDue(ahead) });
      await announced({ real: renewalDue(noon) }, 'clock-1');
      expect(idsOf(await find({ testClock: { id: 'clock-1', now: ahead } }))).toEqual([mine]);
      expect(await find({ testClock: { id: 'clock-1', now: ahead - 1 } })).toEqual([]);
    });

    test('finds the earliest business instant of a test clock, within the horizon', async () => {
      await announced({ business: renewalDue(noon + 2) }, 'clock-1');
      await announced({ business: statusCheckDue(noon + 1), real: renewalDue(noon) }, 'clock-1');
      await announced({ business: renewalDue(noon) }, 'clock-2');
      expect(await store.earliestDue('clock-1', noon, noon + 1)).toBe(noon + 1);
      expect(await store.earliestDue('clock-1', noon - 10, noon)).toBeNull();
      expect(await store.earliestDue('clock-3', noon - 10, noon)).toBeNull();
    });

    test.each<[string, Partial<SubscriberSave> & { readonly has?: Partial<Subscriber> }, boolean]>([
      ['nothing', {}, true],
      ['a future instant', { announce: { ...nothing, business: renewalDue(noon + 1) } }, true],
      ['a real instant only', { announce: { ...nothing, real: renewalDue(noon) } }, true],
      ['an instant that is due', { announce: { ...nothing, business: renewalDue(noon) } }, false],
      ['an entry to publish', { entry: sampleEntry('entry') }, false],
      ['a payment not sent yet', { has: { payment: samplePayment({ state: 'created' }) } }, false],
      ['a payment on the wire', { has: { payment: samplePayment({ state: 'sending' }) } }, false],
      ['a page that waits for a person', { has: { payment: samplePayment({ state: 'requires_action' }) } }, true],
      ['a watched payment on the wire', { has: { watched: [samplePayment({ state: 'sending' })] } }, false],
      ['a watched page', { has: { watched: [samplePayment({ state: 'requires_action' })] } }, true],
      ['a refund asked for', { has: { refunds: [{ ...sampleRefund('p'), state: 'requested' }] } }, false],
      ['a refund on the wire', { has: { refunds: [{ ...sampleRefund('p'), state: 'sending' }] } }, false],
      ['a refund the provider works on', { has: { refunds: [{ ...sampleRefund('p'), state: 'pending' }] } }, true],
    ])('a test clock whose subscriber has %s: quiescent or not', async (_, { has, ...changes }, quiescent) => {
      const [userId, another] = [randomUUID(), randomUUID()];
      const subscriber = { ...newSubscriber(userId), ...has, testClockId: 'clock-1' };
      await store.save(sampleSave(userId, { subscriber, ...changes }));
      await store.save(sampleSave(another, { entry: sampleEntry('not of the clock') }));
      expect(await store.isQuiescent('clock-1', noon)).toBe(quiescent);
      expect(await store.isQuiescent('clock-2', noon)).toBe(true);
    });

    test('a claim hides the announcement until its end, and counts no try', async () => {
      await announced({ business: renewalDue(noon) });
      const due = (await find())[0]!;
      expect(await claim(due, inFiveMinutes)).toBe(true);
      expect(await find({ realNow: inFiveMinutes - 1 })).toEqual([]);
      expect((await find({ realNow: inFiveMinutes }))[0]?.announce).toMatchObject({
        notBefore: inFiveMinutes,
        tries: 0,
      });
    });

    test('a claim by a clock that is hours ahead hides the announcement from no one else', async () => {
      const userId = await announced({ business: renewalDue(noon) });
      expect(await claim((await find())[0]!, noon + 3 * hourMs)).toBe(true);
      const found = await find();
      expect(idsOf(found)).toEqual([userId]);
      expect(await claim(found[0]!, inFiveMinutes)).toBe(true);
      expect(await find()).toEqual([]);
    });

    test('of two claimers of the same announcement one wins, in every pair of a batch', async () => {
      for (let count = 0; count < 20; count += 1) await announced({ business: renewalDue(noon) });
      const due = await find({ limit: 20 });
      const claimers = [inFiveMinutes, inFiveMinutes + 1, inFiveMinutes];
      const won = await Promise.all(
        claimers.map((notBefore) => store.claimDue(due.map((each) => ({ due: each, notBefore })))),
      );
      for (const index of due.keys()) expect(won.filter((results) => results[index] === true)).toHaveLength(1);
    });

    test('a claim of an announcement that has changed is lost', async () => {
      const userId = await announced({ business: renewalDue(noon) });
      const due = (await find())[0]!;
      const business = renewalDue(noon, 2);
      await store.save(sampleSave(userId, { expectedVersion: 1, announce: { ...nothing, business } }));
      expect(await claim(due, inFiveMinutes)).toBe(false);
      expect(await claim({ ...due, userId: randomUUID() }, inFiveMinutes)).toBe(false);
      expect((await store.load(userId))?.announce.notBefore).toBeNull();
      expect(await store.claimDue([])).toEqual([]);
    });

    test('a try is counted for the claim that was published, not for a later one', async () => {
      const userId = await announced({ business: renewalDue(noon) });
      await claim((await find())[0]!, inFiveMinutes);
      await store.countTries([
        { userId, notBefore: inFiveMinutes },
        { userId, notBefore: noon },
        { userId: randomUUID(), notBefore: inFiveMinutes },
      ]);
      await store.countTries([]);
      expect((await store.load(userId))?.announce).toMatchObject({ notBefore: inFiveMinutes, tries: 1 });
    });

    test('a save that leaves the same timer due keeps the claim, one that changes it frees the next', async () => {
      const userId = await announced({ business: renewalDue(noon) });
      await claim((await find())[0]!, inFiveMinutes);
      await store.countTries([{ userId, notBefore: inFiveMinutes }]);
      const saveWith = (expectedVersion: number, business: NextDue['business'], real: NextDue['real']) =>
        store.save(sampleSave(userId, { expectedVersion, announce: { business, real } }));
      const claimNow = async () => {
        const announce = (await store.load(userId))?.announce;
        return [announce?.notBefore, announce?.tries];
      };
      await saveWith(1, renewalDue(noon), null);
      expect(await claimNow()).toEqual([inFiveMinutes, 1]);
      await saveWith(2, renewalDue(noon, 2), null);
      expect(await claimNow()).toEqual([null, 0]);
    });

    test.each<[string, NextDue]>([
      ['its instant moved', { business: renewalDue(noon + 1), real: null }],
      ['a real instant joined it', { business: renewalDue(noon), real: statusCheckDue(noon) }],
      ['nothing is due any more', nothing],
    ])('a claim ends when %s', async (_, announce) => {
      const userId = await announced({ business: renewalDue(noon) });
      await claim((await find())[0]!, inFiveMinutes);
      await store.save(sampleSave(userId, { expectedVersion: 1, announce }));
      expect((await store.load(userId))?.announce).toStrictEqual({ ...announce, notBefore: null, tries: 0 });
    });
  });
}
