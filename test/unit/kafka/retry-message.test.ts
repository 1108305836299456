import { describe, expect, test } from '@jest/globals';
import { runnerSettings } from '../../../src/adapters/kafka/client/settings.ts';
import { retryMessage, type Work } from '../../../src/adapters/kafka/consumer/retry-message.ts';
import { Fault, Poison } from '../../../src/application/ports/faults.ts';
import { minuteMs } from '../../../src/domain/model/instant.ts';
import { createManualClock } from '../../support/manual-clock.ts';

const away = new Fault('store_unavailable', 'away', { retryable: true });
const final = new Fault('store_broken', 'broken', { retryable: false });
const unread = new Fault('object_unread', 'not yet', { retryable: true, queues: true });
const newer = new Fault('unknown_type', 'newer', { retryable: false, queues: true });
const poison = new Poison('malformed_json', 'The value is not JSON.');

function setUp(outcomes: readonly (Error | 'handled')[], deadLetterFailures = 0, giveUpFailures = 0) {
  // The clock moves itself: every wait ends at once, and its length is recorded.
  const clock = createManualClock(0);
  const waits: number[] = [];
  const closing = new AbortController();
  let calls = 0;
  let deadLettered = 0;
  let givenUp = 0;
  const work: Work = {
    handle: () => {
      const outcome = outcomes[Math.min(calls, outcomes.length - 1)];
      calls += 1;
      return outcome === 'handled'
        ? Promise.resolve({ kind: 'handled' })
        : Promise.reject(outcome ?? new Error('none'));
    },
    giveUp: (error) => {
      givenUp += 1;
      return givenUp > giveUpFailures ? Promise.resolve({ kind: 'bug', error }) : Promise.reject(away);
    },
    deadLetter: () => {
      deadLettered += 1;
      return deadLettered > deadLetterFailures ? Promise.resolve() : Promise.reject(away);
    },
  };
  const end = retryMessage(work, {
    clock: {
      ...clock,
      wait: (ms) => {
        waits.push(ms);
        clock.advance(ms);
        return Promise.resolve();
      },
    },
    settings: runnerSettings,
    signal: closing.signal,
    onRetry: () => undefined,
  });
  return { end, waits, closing, calls: () => calls, deadLettered: () => deadLettered, givenUp: () => givenUp };
}

describe('one message', () => {
  test('a handled message is handled once', async () => {
    const { end, calls } = setUp(['handled']);
    expect(await end).toEqual({ kind: 'handled' });
    expect(calls()).toBe(1);
  });

  test('a dependency that comes back in time is waited for, with growing pauses', async () => {
    const { end, waits } = setUp([away, away, away, 'handled']);
    expect(await end).toEqual({ kind: 'handled' });
    expect(waits).toEqual([100, 200, 400]);
  });

  test('a dependency that stays unavailable ends the wait at the bound, with pauses no longer than the longest', async () => {
    const { end, waits } = setUp([away]);
    expect(await end).toEqual({ kind: 'unavailable', error: away });
    const total = waits.reduce((sum, ms) => sum + ms, 0);
    expect(total).toBeGreaterThanOrEqual(runnerSettings.transientBoundMs);
    expect(total).toBeLessThan(runnerSettings.transientBoundMs + runnerSettings.transientMaxPauseMs);
    expect(Math.max(...waits)).toBe(runnerSettings.transientMaxPauseMs);
  });

  test('what concerns its message alone is retried in place up to the bound, and then queues: its partition never rests', async () => {
    const { end, waits, givenUp } = setUp([unread]);
    await end;
    const total = waits.reduce((sum, ms) => sum + ms, 0);
    expect([givenUp(), total >= runnerSettings.transientBoundMs, total < minuteMs]).toEqual([1, true, true]);
  });

  test('what this version does not know queues at once, without a second try', async () => {
    const { end, waits, calls, givenUp } = setUp([newer]);
    await end;
    expect([calls(), givenUp(), waits]).toEqual([1, 1, []]);
  });

  test.each([new TypeError('undefined is not a function'), final, new SyntaxError('not JSON')])(
    'what is neither poison nor retryable is a bug and tried three times: %p',
    async (error) => {
      const { end, calls } = setUp([error]);
      expect(await end).toEqual({ kind: 'bug', error });
      expect(calls()).toBe(runnerSettings.bugAttempts);
    },
  );

  test('a bug is given up once, as soon as the store can record it, and not handled again meanwhile', async () => {
    const error = new TypeError('undefined is not a function');
    const { end, calls, givenUp } = setUp([error], 0, 2);
    expect(await end).toEqual({ kind: 'bug', error });
    expect([calls(), givenUp()]).toEqual([runnerSettings.bugAttempts, 3]);
  });

  test('a bug that does not recur on a retry is handled', async () => {
    expect(await setUp([new TypeError('race'), 'handled']).end).toEqual({ kind: 'handled' });
  });

  test('poison is dead-lettered at once, and done only when the dead letter is acknowledged', async () => {
    const { end, deadLettered } = setUp([poison], 2);
    expect(await end).toEqual({ kind: 'deadLettered' });
    expect(deadLettered()).toBe(3);
  });

  test('a message whose partition closes while it waits is abandoned', async () => {
    const { end, closing } = setUp([away]);
    closing.abort();
    expect(await end).toEqual({ kind: 'abandoned' });
  });
});
