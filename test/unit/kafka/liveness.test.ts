import { describe, expect, test } from '@jest/globals';
import { createLiveness } from '../../../src/adapters/kafka/consumer/liveness.ts';
import { runnerSettings } from '../../../src/adapters/kafka/client/settings.ts';
import { createLogRecorder } from '../../support/log-recorder.ts';
import { createManualClock } from '../../support/manual-clock.ts';

function setUp() {
  const clock = createManualClock(0);
  const log = createLogRecorder();
  const ending = new AbortController();
  const fatal: Error[] = [];
  const settings = { ...runnerSettings, restartsWithoutProgress: 2 };
  const about = { consumer: 'c', topic: 't', group: 'g' };
  const onFatal = (error: Error): void => void fatal.push(error);
  const liveness = createLiveness({ about, clock, log, settings, ending: ending.signal }, onFatal);
  return { liveness, clock, log, ending, fatal };
}
const almost = runnerSettings.livenessMs - 1;
const crash = new Error('crash');

describe('liveness', () => {
  test('a consumer is alive as long as it makes progress', () => {
    const { clock, liveness } = setUp();
    clock.advance(almost);
    expect(liveness.isAlive()).toBe(true);
    liveness.noteProgress();
    clock.advance(almost);
    expect(liveness.isAlive()).toBe(true);
    clock.advance(1);
    expect(liveness.isAlive()).toBe(false);
  });

  test('a consumer with a hanging handler is not alive, whatever else makes progress', () => {
    const { clock, liveness } = setUp();
    const end = liveness.begin();
    liveness.begin()();
    clock.advance(almost + 1);
    liveness.noteProgress();
    expect(liveness.isAlive()).toBe(false);
    end();
    expect(liveness.isAlive()).toBe(true);
  });
});

describe('crashes of the client library', () => {
  test('one without a restart is fatal and an alert', () => {
    const { liveness, log, fatal } = setUp();
    liveness.noteCrash(crash, false);
    expect(fatal).toEqual([crash]);
    expect(log.lines.map(({ level }) => level)).toEqual(['error']);
  });

  test('restarts are tolerated while a message is handled between them, and only so often', () => {
    const { liveness, fatal } = setUp();
    for (let n = 0; n < 10; n += 1) {
      liveness.noteCrash(crash, true);
      liveness.noteProgress();
    }
    expect(fatal).toEqual([]);
    for (let n = 0; n < 3; n += 1) liveness.noteCrash(crash, true);
    expect(fatal).toHaveLength(1);
  });

  test('a finished handler does not reset the count of crashes', () => {
    const { liveness, fatal } = setUp();
    for (let n = 0; n < 3; n += 1) {
      liveness.noteCrash(crash, true);
      liveness.begin()();
    }
    expect(fatal).toHaveLength(1);
  });

  test('nothing is fatal once the process is ending', () => {
    const { liveness, ending, fatal } = setUp();
    ending.abort();
    liveness.noteCrash(crash, false);
    expect(fatal).toEqual([]);
  });
});
