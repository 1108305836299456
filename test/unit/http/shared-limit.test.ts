import { describe, expect, test } from '@jest/globals';
import { createRateLimit } from '../../../src/adapters/http/server/rate-limit.ts';
import { createCountSharing } from '../../../src/application/services/count-sharing.ts';
import type { SharedCounts, Taken } from '../../../src/application/ports/shared-counts.ts';
import { createManualClock } from '../../support/manual-clock.ts';

const limit = { perSecond: 10, burst: 20 };

/** Processes of the API with one store, which can be unavailable. They know each other. */
async function processes(count: number) {
  const clock = createManualClock(0);
  const rows = new Map<string, readonly Taken[]>();
  const store = { isUnavailable: false, reported: 0 };
  const counts: SharedCounts = {
    exchange: (id, taken) => {
      if (store.isUnavailable) return Promise.reject(new Error('unavailable'));
      rows.set(id, taken);
      store.reported += taken.length;
      return Promise.resolve([...rows].flatMap(([other, reported]) => (other === id ? [] : [reported])));
    },
    leave: () => Promise.resolve(),
  };
  const all = Array.from({ length: count }, (_, index) => {
    const sharing = createCountSharing(counts, { clock, id: `api-${index}` });
    return { sharing, ask: createRateLimit(limit, clock, { kind: 'person', sharing }) };
  });
  const exchange = async (): Promise<void> => {
    for (const { sharing } of all) await sharing.exchange().catch(() => undefined);
  };
  /** How many of so many requests a process lets through. */
  const letThrough = (index: number, wanted: number, key = 'anna'): number => {
    let passed = 0;
    for (let request = 0; request < wanted; request += 1) {
      try {
        all[index]?.ask(key);
        passed += 1;
      } catch {
        // Refused with 429.
      }
    }
    return passed;
  };
  await exchange();
  await exchange();
  return { clock, store, exchange, letThrough, all };
}

describe('processes of the API', () => {
  test('let one who asks all of them through as often as one process would, but for a second of each', async () => {
    const { clock, exchange, letThrough } = await processes(3);
    let passed = 0;
    const seconds = 60;
    for (let second = 0; second < seconds; second += 1) {
      for (const index of [0, 1, 2]) passed += letThrough(index, 30);
      await exchange();
      await exchange();
      clock.advance(1_000);
    }
    const alone = limit.burst + limit.perSecond * seconds;
    expect(passed).toBeLessThanOrEqual(alone + 2 * limit.burst);
    expect(passed).toBeGreaterThan(alone / 2);
  });

  test.each([
    ['each of three nine times', [9, 9, 9]],
    ['one of three more often than the others, which stay within their part', [6.6, 3.3, 3.3]],
    ['one of two at half of the limit, and the other one above', [5, 12]],
    ['one of eight beyond its part', [4, 1.25, 1.25, 1.25, 1.25, 1.25, 1.25, 1.25]],
  ])('let through no more where %s a second is asked', async (_who, rates) => {
    const { clock, exchange, letThrough } = await processes(rates.length);
    const seconds = 120;
    const stepMs = 10;
    const next = rates.map(() => 0);
    let passed = 0;
    for (let atMs = 0; atMs < seconds * 1_000; atMs += stepMs) {
      for (const [index, rate] of rates.entries())
        if (atMs >= (next[index] ?? 0)) {
          passed += letThrough(index, 1);
          next[index] = (next[index] ?? 0) + 1_000 / rate;
        }
      if (atMs % 500 === 0) await exchange();
      clock.advance(stepMs);
    }
    const alone = limit.burst + limit.perSecond * seconds;
    expect(passed).toBeLessThanOrEqual(alone + rates.length * limit.burst);
    expect(passed).toBeGreaterThan(alone / 2);
  });

  test('tell of a new key, however many others they have reported that were never asked for again', async () => {
    const { clock, exchange, letThrough } = await processes(2);
    for (let person = 0; person < 1_200; person += 1) letThrough(0, 15, `person ${person}`);
    await exchange();
    clock.advance(61_000);
    await exchange();
    expect(letThrough(0, 20)).toBe(20);
    await exchange();
    expect(letThrough(1, 20)).toBe(1);
  });

  test('refuse no one who asks one of them now and then while another one serves them within the limit', async () => {
    const { clock, exchange, letThrough } = await processes(2);
    let passed = 0;
    for (let step = 0; step < 600; step += 1) {
      passed += letThrough(0, 1) + (step % 25 === 0 ? letThrough(1, 1) : 0);
      if (step % 3 === 0) await exchange();
      clock.advance(160);
    }
    expect(passed).toBe(624);
  });

  test('say what is left with what the others let through', async () => {
    const { exchange, letThrough, all } = await processes(2);
    letThrough(0, 15);
    await exchange();
    expect(all[1]?.ask('anna')).toMatchObject({ limit: 20, remaining: 4 });
    expect(all[1]?.ask('boris')).toMatchObject({ remaining: 19 });
  });

  test('tell nothing of those who stay below their part of the limit', async () => {
    const { clock, store, exchange, letThrough } = await processes(2);
    for (let second = 0; second < 10; second += 1) {
      expect(letThrough(0, 5) + letThrough(1, 5)).toBe(10);
      await exchange();
      clock.advance(1_000);
    }
    expect(store.reported).toBe(0);
  });

  test('count alone while the store is unavailable, and together when it is back', async () => {
    const { clock, store, exchange, letThrough } = await processes(2);
    store.isUnavailable = true;
    clock.advance(5_000);
    await exchange();
    expect([letThrough(0, 30), letThrough(1, 30)]).toEqual([20, 20]);
    store.isUnavailable = false;
    await exchange();
    await exchange();
    clock.advance(4_000);
    expect(letThrough(0, 20)).toBe(20);
    await exchange();
    // It hears of this key for the first time, so it lets one through.
    expect(letThrough(1, 20)).toBe(1);
  });

  test('a key that many others used is refused for a short while only', async () => {
    const { clock, exchange, letThrough } = await processes(5);
    for (const index of [1, 2, 3, 4]) letThrough(index, 20);
    await exchange();
    await exchange();
    expect(letThrough(0, 2)).toBe(1);
    clock.advance((2 * limit.burst * 1_000) / limit.perSecond);
    expect(letThrough(0, 20)).toBe(20);
  });
});
