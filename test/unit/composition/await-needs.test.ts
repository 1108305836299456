import { describe, expect, test } from '@jest/globals';
import { Fault } from '../../../src/application/ports/faults.ts';
import { awaitNeeds } from '../../../src/composition/await-needs.ts';
import { minuteMs } from '../../../src/domain/model/instant.ts';
import { createLogRecorder } from '../../support/log-recorder.ts';

const missing = (code: string) => new Fault(code, `${code}: run the deploy step`, { retryable: false });

/** Time passes only while the process waits. */
function createScene(faults: (nowMs: number) => Fault | null, waitsForNeeds?: true) {
  const log = createLogRecorder();
  let nowMs = 0;
  const clock = {
    now: () => nowMs,
    monotonicMs: () => nowMs,
    wait: (ms: number) => Promise.resolve(void (nowMs += ms)),
  };
  const check = (): Promise<string> => {
    const fault = faults(nowMs);
    return fault === null ? Promise.resolve('ready') : Promise.reject(fault);
  };
  const context = waitsForNeeds === undefined ? { log } : { log, waitsForNeeds };
  return { log, nowMs: () => nowMs, start: () => awaitNeeds(context, clock, check) };
}

describe('a process that starts before the deploy step of its version', () => {
  test.each(['topics_missing', 'schemas_missing', 'indexes_missing', 'encryption_key_unmarked'])(
    'waits while there is the fault %s, says so once, and starts when the step is done',
    async (code) => {
      const scene = createScene((nowMs) => (nowMs < minuteMs ? missing(code) : null), true);
      expect(await scene.start()).toBe('ready');
      expect(scene.nowMs()).toBe(minuteMs);
      expect(scene.log.lines).toMatchObject([{ level: 'warn', fields: { detail: `${code}: run the deploy step` } }]);
    },
  );

  test('ends with the fault after ten minutes', async () => {
    const scene = createScene(() => missing('topics_missing'), true);
    await expect(scene.start()).rejects.toMatchObject({ code: 'topics_missing' });
    expect(scene.nowMs()).toBe(10 * minuteMs);
  });

  test('ends at once for any other fault', async () => {
    const scene = createScene(() => missing('config_invalid'), true);
    await expect(scene.start()).rejects.toMatchObject({ code: 'config_invalid' });
    expect([scene.nowMs(), scene.log.lines]).toEqual([0, []]);
  });
});

const unanswered = new Fault('kafka_unavailable', 'Kafka does not answer: timed out.', { retryable: true });

describe('a process that starts before a server answers', () => {
  test('waits for it, says so once, and says what it waits for next', async () => {
    const scene = createScene((nowMs) => {
      if (nowMs < 30_000) return unanswered;
      return nowMs < minuteMs ? missing('topics_missing') : null;
    }, true);
    expect(await scene.start()).toBe('ready');
    expect(scene.log.lines).toMatchObject([
      { level: 'warn', message: 'a server does not answer, waiting for it', fields: { detail: unanswered.message } },
      { level: 'warn', message: 'the deploy step of this version is not done, waiting for it' },
    ]);
  });

  test('ends with the fault after ten minutes', async () => {
    const scene = createScene(() => unanswered, true);
    await expect(scene.start()).rejects.toBe(unanswered);
    expect(scene.nowMs()).toBe(10 * minuteMs);
  });

  test('ends at once where waiting alone does not help', async () => {
    const refused = new Fault('mongo_refused', 'a wrong password', { retryable: true, needsOperator: true });
    const scene = createScene(() => refused, true);
    await expect(scene.start()).rejects.toBe(refused);
    expect(scene.nowMs()).toBe(0);
  });
});

test('a command of staff does not wait for the deploy step', async () => {
  const scene = createScene(() => missing('topics_missing'));
  await expect(scene.start()).rejects.toMatchObject({ code: 'topics_missing' });
  expect(scene.nowMs()).toBe(0);
});
