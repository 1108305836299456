import { describe, expect, test } from '@jest/globals';
import type { BlockedKeys, ParkedMessage, BlockedKeyLimits } from '../../src/application/ports/blocked-keys.ts';

const message = (key: string, offset: number, more: Partial<ParkedMessage> = {}): ParkedMessage => ({
  ...{ group: 'g', topic: 't', partition: 0, offset: String(offset), key },
  ...{ sealed: `sealed ${offset}`, timestamp: 5, parkedAt: 1_000, ...more },
});
const error = { name: 'TypeError', message: 'decide' };
const failure = { error, retryAt: 2_000 };

export function blockedKeysSuite(name: string, open: (limits?: BlockedKeyLimits) => Promise<BlockedKeys>): void {
  describe(`blocked keys ${name}`, () => {
    const claimAt = (keys: BlockedKeys, now: number, key = 'a') => keys.claim('g', key, { now, until: now + 100 });

    test('a key is blocked while a message of it is parked, and only in that group', async () => {
      const keys = await open();
      expect(await keys.isBlocked('g', 'a')).toBe(false);
      expect(await keys.park(message('a', 1), failure)).toBe('parked');
      expect([await keys.isBlocked('g', 'a'), await keys.isBlocked('g', 'b'), await keys.isBlocked('h', 'a')]).toEqual([
        true,
        false,
        false,
      ]);
      await keys.finish(message('a', 1));
      expect(await keys.isBlocked('g', 'a')).toBe(false);
      expect(await keys.list('g')).toEqual([]);
    });

    test('a message parked twice is stored once, and keeps its tries', async () => {
      const keys = await open();
      await keys.park(message('a', 1), failure);
      await claimAt(keys, 2_000);
      await keys.reschedule(message('a', 1), 9_000, { name: 'RangeError', message: 'evolve' });
      expect(await keys.park(message('a', 1), null)).toBe('parked');
      expect(await keys.list('g')).toEqual([
        {
          ...{ group: 'g', key: 'a', waiting: 1, since: 1_000, partition: 0, offset: '1', attempts: 1, retryAt: 9_000 },
          error: { name: 'RangeError', message: 'evolve' },
        },
      ]);
    });

    test('a message of another time at the same place, as after a lost topic, is parked too, and each once', async () => {
      const keys = await open();
      const [lost, anew, other] = [
        message('a', 1),
        message('a', 1, { timestamp: 9, sealed: 'anew' }),
        message('b', 1, { timestamp: 8 }),
      ];
      await keys.park(lost, failure);
      expect(await keys.park(anew, null)).toBe('parked');
      expect(await keys.park(other, failure)).toBe('parked');
      for (const again of [lost, anew, other]) expect(await keys.park(again, null)).toBe('parked');
      expect((await keys.list('g')).map(({ key, waiting }) => [key, waiting])).toEqual([
        ['a', 2],
        ['b', 1],
      ]);
      expect(await claimAt(keys, 2_000)).toMatchObject({ sealed: 'sealed 1' });
      await keys.reschedule(lost, 9_000, error);
      await keys.finish(lost);
      expect(await keys.park(anew, null)).toBe('parked');
      expect(await keys.queue('g', 'a', 9)).toEqual([{ ...anew, attempts: 0, retryAt: 1_000, error: null }]);
      await keys.finish(other);
      await keys.finish(anew);
      expect(await keys.list('g')).toEqual([]);
    });

    test('the oldest by the order of the log comes first, whatever the order of parking', async () => {
      const keys = await open();
      for (const offset of [10, 9, 100]) await keys.park(message('a', offset), null);
      const seen: string[] = [];
      for (let next = await claimAt(keys, 3_000); next !== null; next = await claimAt(keys, 3_000)) {
        seen.push(`${next.offset} ${next.sealed} ${next.timestamp}`);
        await keys.finish(next);
      }
      expect(seen).toEqual(['9 sealed 9 5', '10 sealed 10 5', '100 sealed 100 5']);
    });

    test('the oldest cannot be claimed before it is due or while another process has it, and no message overtakes it', async () => {
      const keys = await open();
      await keys.park(message('a', 1), failure);
      await keys.park(message('a', 2), null);
      expect(await claimAt(keys, 1_999)).toBeNull();
      expect((await Promise.all([1, 2, 3].map(() => claimAt(keys, 2_000)))).filter((won) => won !== null)).toHaveLength(
        1,
      );
      expect(await claimAt(keys, 2_099)).toBeNull();
      expect(await claimAt(keys, 2_100)).toMatchObject({ offset: '1', attempts: 0 });
    });

    test('a pause or a lease that a clock hours ahead has written holds up no one', async () => {
      const keys = await open();
      const hoursMs = 3 * 3_600_000;
      await keys.park(message('a', 1), { error, retryAt: 2_000 + hoursMs });
      const lease = { now: 2_000, until: 2_000 + hoursMs };
      expect(await keys.claim('g', 'a', lease)).toMatchObject({ offset: '1' });
      expect(await claimAt(keys, 2_000)).toMatchObject({ offset: '1' });
      expect(await claimAt(keys, 2_001)).toBeNull();
    });

    test('a failed release counts as a try, one that met an outage does not; a forced release is due at once', async () => {
      const keys = await open();
      await keys.park(message('a', 1), failure);
      const claimed = await claimAt(keys, 2_000);
      if (claimed === null) throw new Error('It was due.');
      await keys.reschedule(claimed, 5_000, error);
      expect(await claimAt(keys, 4_999)).toBeNull();
      expect(await claimAt(keys, 5_000)).toMatchObject({ attempts: 1 });
      await keys.reschedule(claimed, 9_000, null);
      expect(await keys.list('g')).toMatchObject([{ attempts: 1, retryAt: 9_000, error }]);
      expect([await keys.retryNow('g', 'a'), await keys.retryNow('g', 'b')]).toEqual([true, false]);
      expect(await claimAt(keys, 5_001)).toMatchObject({ attempts: 1 });
    });

    test('the list shows the oldest message of each key, the earliest due first', async () => {
      const keys = await open();
      await keys.park(message('a', 3), failure);
      await keys.park(message('a', 4), null);
      await keys.park(message('b', 1, { partition: 2 }), { error, retryAt: 1_500 });
      await keys.park(message('c', 1, { group: 'h' }), failure);
      expect(await keys.list('g')).toMatchObject([
        { key: 'b', waiting: 1, partition: 2, offset: '1', retryAt: 1_500 },
        { key: 'a', waiting: 2, partition: 0, offset: '3', retryAt: 2_000 },
      ]);
    });

    test('staff see the blocked keys of all groups, the longest blocked first, page by page', async () => {
      const keys = await open();
      await keys.park(message('a', 1, { parkedAt: 3_000 }), failure);
      await keys.park(message('a', 2, { parkedAt: 3_001 }), null);
      await keys.park(message('a', 1, { group: 'h', parkedAt: 1_000 }), failure);
      await keys.park(message('b', 3, { parkedAt: 2_000 }), failure);
      const seen = await Promise.all([1, 2, 3].map((page) => keys.listAll({ limit: 2, page })));
      expect(seen).toMatchObject([
        [
          { group: 'h', key: 'a', waiting: 1 },
          { group: 'g', key: 'b', waiting: 1 },
        ],
        [{ group: 'g', key: 'a', waiting: 2, offset: '1' }],
        [],
      ]);
    });

    test('staff see the queue of a key, the oldest first', async () => {
      const keys = await open();
      for (const offset of [10, 9, 100]) await keys.park(message('a', offset), offset === 9 ? failure : null);
      await keys.park(message('b', 11), failure);
      const queue = await keys.queue('g', 'a', 2);
      expect(queue).toEqual([
        { ...message('a', 9), attempts: 0, retryAt: 2_000, error },
        { ...message('a', 10), attempts: 0, retryAt: 1_000, error: null },
      ]);
      expect(await keys.queue('h', 'a', 2)).toEqual([]);
    });

    test('a named message is claimed before it is due, but only as the oldest and while no other process has it', async () => {
      const keys = await open();
      await keys.park(message('a', 1), failure);
      await keys.park(message('a', 2), null);
      const claimNamed = (messageId: string, now: number) => keys.claim('g', 'a', { now, until: now + 100, messageId });
      expect(await claimNamed('t:0:2:5', 1_000)).toBeNull();
      expect(await claimNamed('t:0:1:9', 1_000)).toBeNull();
      expect(await claimNamed('t:0:1:5', 1_000)).toMatchObject({ offset: '1', attempts: 0 });
      expect(await claimNamed('t:0:1:5', 1_099)).toBeNull();
      expect(await claimAt(keys, 2_000)).toMatchObject({ offset: '1' });
      expect(await claimNamed('t:0:1:5', 2_050)).toBeNull();
    });

    test('at the limit of messages per key or keys per group nothing more is parked, and parked ones stay known', async () => {
      const keys = await open({ keys: 2, messages: 3 });
      for (const offset of [1, 2, 3]) expect(await keys.park(message('a', offset), null)).toBe('parked');
      expect(await keys.park(message('a', 4), null)).toBe('full');
      expect(await keys.park(message('a', 2), null)).toBe('parked');
      expect(await keys.park(message('b', 5), failure)).toBe('parked');
      expect(await keys.park(message('c', 6), failure)).toBe('too_many_keys');
      expect(await keys.park(message('b', 7), null)).toBe('parked');
      expect(await keys.park(message('c', 6, { group: 'h' }), failure)).toBe('parked');
    });
  });
}
