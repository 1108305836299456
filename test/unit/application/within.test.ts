import { describe, expect, test } from '@jest/globals';
import { within } from '../../../src/application/services/within.ts';
import { createManualClock } from '../../support/manual-clock.ts';

const never = <T>(): Promise<T> => new Promise<T>(() => undefined);

/** Every wait of this clock, and whether its caller has aborted it. */
function watchedClock() {
  const clock = createManualClock(0);
  const waits: { readonly ms: number; readonly signal: AbortSignal | undefined }[] = [];
  const wait: typeof clock.wait = (ms, signal) => {
    waits.push({ ms, signal });
    return clock.wait(ms, signal);
  };
  return { ...clock, wait, waits };
}

describe('work within a bound', () => {
  test('gives its result, and the wait for the bound ends with it', async () => {
    const clock = watchedClock();
    expect(await within({ clock, ms: 100 }, () => Promise.resolve('done'))).toBe('done');
    expect(clock.waits.map(({ ms, signal }) => [ms, signal?.aborted])).toEqual([[100, true]]);
  });

  test('passes its failure on, at once or later, and the wait ends as well', async () => {
    const clock = watchedClock();
    const broken = new Error('broken');
    const fail = (): never => {
      throw broken;
    };
    await expect(within({ clock, ms: 100 }, fail)).rejects.toBe(broken);
    await expect(within({ clock, ms: 100 }, () => Promise.reject(broken))).rejects.toBe(broken);
    expect(clock.waits.every(({ signal }) => signal?.aborted)).toBe(true);
  });

  test('is abandoned at the bound: its signal aborts, and `late` answers or fails instead', async () => {
    const clock = createManualClock(0);
    const signals: AbortSignal[] = [];
    const hang = (over: AbortSignal): Promise<string> => {
      signals.push(over);
      return never();
    };
    const silent = within({ clock, ms: 100 }, hang);
    const answered = within({ clock, ms: 100 }, hang, () => 'late');
    const failed = within({ clock, ms: 100 }, hang, () => Promise.reject(new Error('too late')));
    const refused = expect(failed).rejects.toThrow('too late');
    clock.advance(99);
    expect(signals.map(({ aborted }) => aborted)).toEqual([false, false, false]);
    clock.advance(1);
    expect([await silent, await answered]).toEqual([undefined, 'late']);
    await refused;
    expect(signals.map(({ aborted }) => aborted)).toEqual([true, true, true]);
  });

  test('that fails after the bound causes no error', async () => {
    const clock = createManualClock(0);
    const work = Promise.withResolvers<string>();
    const result = within({ clock, ms: 100 }, () => work.promise);
    clock.advance(100);
    expect(await result).toBeUndefined();
    work.reject(new Error('nothing waits for this'));
    // An unhandled rejection would fail the run.
    await new Promise((resolve) => setImmediate(resolve));
  });

  test('is abandoned early when its caller leaves', async () => {
    const clock = createManualClock(0);
    const leaving = new AbortController();
    const result = within(
      { clock, ms: 100, signal: leaving.signal },
      () => never<string>(),
      () => 'gone',
    );
    leaving.abort();
    expect(await result).toBe('gone');
  });
});
