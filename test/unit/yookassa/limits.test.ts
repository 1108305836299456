import { describe, expect, test } from '@jest/globals';
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

  test('saves up at most a second, and further pages count against later slots', () => {
    const clock = manualClock();
    const pacing = createPacing({ ...options, concurrencyMax: 100 }, clock);
    clock.advance(3_600_000);
    for (let page = 0; page < 4; page += 1) pacing.spend();
    clock.advance(1_000);
    expect(pacing.reserve()).toBeNull();
    clock.advance(500);
    expect(pacing.reserve()).not.toBeNull();
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
