import { describe, expect, test } from '@jest/globals';
import { systemClock } from '../../../src/adapters/system/clock.ts';

describe('clock', () => {
  test('an aborted wait resolves at once, before or while it waits', async () => {
    await systemClock.wait(3_600_000, AbortSignal.abort());
    const abort = new AbortController();
    const waiting = systemClock.wait(3_600_000, abort.signal);
    abort.abort();
    await expect(waiting).resolves.toBeUndefined();
  });

  test('a wait ends by itself, and a wait beyond what a timer can hold does not end at once', async () => {
    const abort = new AbortController();
    const order: string[] = [];
    const long = systemClock.wait(2 ** 40, abort.signal).then(() => order.push('long'));
    // The test itself keeps the process alive, because a wait does not.
    const alive = setInterval(() => undefined, 1_000);
    await systemClock.wait(5).then(() => order.push('short'));
    clearInterval(alive);
    abort.abort();
    await long;
    expect(order).toEqual(['short', 'long']);
  });

  test('the monotonic clock never runs backwards', () => {
    const first = systemClock.monotonicMs();
    expect(systemClock.monotonicMs()).toBeGreaterThanOrEqual(first);
  });
});
