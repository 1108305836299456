import { describe, expect, test } from '@jest/globals';
import { createCallQueue } from '../../../src/adapters/yookassa/call-queue.ts';
import { createCircuitBreaker } from '../../../src/adapters/yookassa/circuit-breaker.ts';
import { createPacing } from '../../../src/adapters/yookassa/pacing.ts';

function manualClock() {
  let nowMs = 1_000;
  return { monotonicMs: () => nowMs, advance: (ms: number) => void (nowMs += ms) };
}

describe('pacing', () => {
  const options = { requestsPerSecond: 2, concurrencyMax: 3 };

  test('gives as many slots as a second allows, then none until time has passed', () => {
    const clock = manualClock();
    const pacing = createPacing(options, clock);
    const take = () => pacing.reserve() !== null;
    expect([take(), take(), take()]).toEqual([true, true, false]);
    clock.advance(499);
    expect(take()).toBe(false);
    clock.advance(1);
    expect(take()).toBe(true);
  });

  test('never allows more calls than the limit at once, and a slot is released once', () => {
    const clock = manualClock();
    const pacing = createPacing({ requestsPerSecond: 100, concurrencyMax: 2 }, clock);
    const [first] = [pacing.reserve(), pacing.reserve()];
    expect(pacing.reserve()).toBeNull();
    first?.release();
    first?.release();
    expect(pacing.reserve()).not.toBeNull();
    expect(pacing.reserve()).toBeNull();
  });

  test('saves up at most a second', () => {
    const clock = manualClock();
    const pacing = createPacing({ ...options, concurrencyMax: 100 }, clock);
    clock.advance(3_600_000);
    expect([pacing.reserve(), pacing.reserve()]).not.toContain(null);
    expect(pacing.reserve()).toBeNull();
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
