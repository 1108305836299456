import { describe, expect, test } from '@jest/globals';
import { createCallQueue } from '../../../src/adapters/yookassa/call-queue.ts';
import { createCircuitBreaker } from '../../../src/adapters/yookassa/circuit-breaker.ts';
import { countedMs } from '../../../src/application/ports/provider-budget.ts';
import { createPacing } from '../../../src/adapters/yookassa/pacing.ts';

function manualClock() {
  let nowMs = 1_000;
  return { monotonicMs: () => nowMs, advance: (ms: number) => void (nowMs += ms) };
}

/** Waits move the clock, so a call that waits is let go by the time that passes. */
function pacingOf(share: { slots: number; perSecond: number }) {
  const clock = manualClock();
  const wait = (ms: number): Promise<void> => {
    clock.advance(ms);
    return Promise.resolve();
  };
  const pacing = createPacing(() => share, { ...clock, wait });
  return { clock, pacing, take: () => pacing.reserve() !== null };
}

describe('pacing', () => {
  test('gives as many slots as any one second allows, then none until the first of them counts no more', () => {
    const { clock, take } = pacingOf({ perSecond: 2, slots: 9 });
    expect(take()).toBe(true);
    clock.advance(700);
    expect([take(), take()]).toEqual([true, false]);
    clock.advance(countedMs - 701);
    expect(take()).toBe(false);
    clock.advance(1);
    expect([take(), take()]).toEqual([true, false]);
  });

  test('saves nothing up', () => {
    const { clock, take } = pacingOf({ perSecond: 2, slots: 100 });
    clock.advance(3_600_000);
    expect([take(), take(), take()]).toEqual([true, true, false]);
  });

  test('never allows more calls than the share at once, and a slot is released once', () => {
    const { pacing } = pacingOf({ perSecond: 100, slots: 2 });
    const [first] = [pacing.reserve(), pacing.reserve()];
    expect(pacing.reserve()).toBeNull();
    first?.release();
    first?.release();
    expect(pacing.reserve()).not.toBeNull();
    expect(pacing.reserve()).toBeNull();
  });

  test('calls whose save was slow leave one after the other, in no second more than the share', async () => {
    const { clock, pacing } = pacingOf({ perSecond: 2, slots: 9 });
    for (let second = 0; second < 3; second += 1) {
      expect([pacing.reserve(), pacing.reserve()]).not.toContain(null);
      clock.advance(countedMs);
    }
    const atMs: number[] = [];
    for (let call = 0; call < 6; call += 1) {
      expect(await pacing.leave()).toBe(true);
      atMs.push(clock.monotonicMs());
    }
    for (const [index, at] of atMs.slice(2).entries())
      expect(at - (atMs[index] ?? 0)).toBeGreaterThanOrEqual(countedMs);
  });

  test('a call whose share has ended meanwhile does not leave', async () => {
    const share = { perSecond: 2, slots: 2 };
    const { pacing } = pacingOf(share);
    expect(pacing.reserve()).not.toBeNull();
    share.perSecond = 0;
    expect(await pacing.leave()).toBe(false);
  });

  test('a call that can wait leaves half of the share to purchases, and takes what is free after its patience', async () => {
    const { clock, pacing, take } = pacingOf({ perSecond: 100, slots: 4 });
    expect([take(), take()]).toEqual([true, true]);
    const beganMs = clock.monotonicMs();
    expect(await pacing.reservePatiently()).not.toBeNull();
    expect(clock.monotonicMs() - beganMs).toBeGreaterThanOrEqual(10_000);
    expect([take(), take()]).toEqual([true, false]);
    expect(await pacing.reservePatiently()).toBeNull();
  });

  test('a share of one call serves both kinds', async () => {
    const { pacing, take } = pacingOf({ perSecond: 1, slots: 1 });
    (await pacing.reservePatiently())?.release();
    expect(take()).toBe(false);
  });

  test('what was asked for is reported once: the most at once and in a second, and whether a call was refused', () => {
    const { pacing, take } = pacingOf({ perSecond: 3, slots: 2 });
    expect([take(), take(), take()]).toEqual([true, true, false]);
    expect(pacing.takeDemand()).toEqual({ underWay: 2, peak: { slots: 2, perSecond: 2 }, isRefused: true });
    expect(pacing.takeDemand()).toEqual({ underWay: 2, peak: { slots: 2, perSecond: 0 }, isRefused: false });
  });
});

describe('a queue of calls', () => {
  /** Waits move the clock, so that the test reads from the starts how long each call had to wait. */
  function queue() {
    const { monotonicMs, advance } = manualClock();
    const startedMs: number[] = [];
    const began = monotonicMs();
    const wait = (ms: number): Promise<void> => {
      advance(ms);
      return Promise.resolve();
    };
    const inQueue = createCallQueue({ requestsPerSecond: 2 }, { monotonicMs, wait });
    const call = (takesMs: number, result: Promise<string> = Promise.resolve('done')) =>
      inQueue(() => {
        startedMs.push(monotonicMs() - began);
        advance(takesMs);
        return result;
      });
    return { call, startedMs };
  }

  test('begins one call after the other, and no more than the limit in a second', async () => {
    const { call, startedMs } = queue();
    await Promise.all([call(10), call(800), call(0)]);
    expect(startedMs).toEqual([0, 500, 1_300]);
  });

  test('goes on after a call that failed', async () => {
    const { call } = queue();
    const failed = call(0, Promise.reject(new Error('away')));
    const next = call(0);
    await expect(failed).rejects.toThrow('away');
    expect(await next).toBe('done');
  });
});

describe('circuit breaker', () => {
  const options = { failuresMax: 3, openMs: 10_000 };
  function circuit() {
    const clock = manualClock();
    const breaker = createCircuitBreaker(options, clock);
    const call = (health: 'good' | 'bad' | 'fatal' | 'neutral'): boolean => {
      const record = breaker.enter();
      record?.(health);
      return record !== null;
    };
    return { breaker, call, clock };
  }

  test('opens after failures in a row, not after failures among successes', () => {
    const { call } = circuit();
    for (const health of ['bad', 'bad', 'good', 'bad', 'neutral', 'bad'] as const) expect(call(health)).toBe(true);
    expect(call('bad')).toBe(true);
    expect(call('good')).toBe(false);
  });

  test('opens at once when our credentials are refused', () => {
    const { call } = circuit();
    call('fatal');
    expect(call('good')).toBe(false);
  });

  test('allows one trial call at a time after a while, and closes when it succeeds', () => {
    const { breaker, call, clock } = circuit();
    call('fatal');
    clock.advance(10_000);
    const probe = breaker.enter();
    expect(probe).not.toBeNull();
    expect(breaker.enter()).toBeNull();
    probe?.('good');
    expect([call('good'), call('good')]).toEqual([true, true]);
  });

  test.each(['bad', 'neutral', 'fatal'] as const)('stays open for another while after a %s try', (health) => {
    const { call, clock } = circuit();
    call('fatal');
    clock.advance(10_000);
    expect(call(health)).toBe(true);
    clock.advance(9_999);
    expect(call('good')).toBe(false);
    clock.advance(1);
    expect(call('good')).toBe(true);
  });

  test('calls sent before it opened neither prolong nor end it', () => {
    const { breaker, call, clock } = circuit();
    const early = [breaker.enter(), breaker.enter()];
    call('fatal');
    early[0]?.('good');
    expect(call('good')).toBe(false);
    clock.advance(10_000);
    early[1]?.('bad');
    expect(call('good')).toBe(true);
  });
});
