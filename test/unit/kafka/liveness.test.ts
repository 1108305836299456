import { describe, expect, test } from '@jest/globals';
import { createLiveness } from '../../../src/adapters/kafka/consumer/liveness.ts';
import { clientSettings, runnerSettings } from '../../../src/adapters/kafka/client/settings.ts';
import { createLogRecorder } from '../../support/log-recorder.ts';
import { createManualClock } from '../../support/manual-clock.ts';

function setUp() {
  const clock = createManualClock(0);
  const log = createLogRecorder();
  const ending = new AbortController();
  const fatal: Error[] = [];
  const settings = runnerSettings;
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

  test('restarts are tolerated, however many, until they have gone on for as long as makes a process dead', () => {
    const { clock, liveness, fatal } = setUp();
    // An outage in which the library waits for a broker is no row of restarts.
    clock.advance(10 * almost);
    for (let n = 0; n < 1_000; n += 1) liveness.noteCrash(crash, true);
    clock.advance(almost);
    liveness.noteCrash(crash, true);
    expect(fatal).toEqual([]);
    clock.advance(1);
    liveness.noteCrash(crash, true);
    expect(fatal).toEqual([crash]);
  });

  test('a fetch or a heartbeat between them ends the row, a finished handler does not', () => {
    const { clock, liveness, fatal } = setUp();
    liveness.noteCrash(crash, true);
    clock.advance(almost);
    liveness.noteProgress();
    clock.advance(1);
    liveness.noteCrash(crash, true);
    clock.advance(almost);
    liveness.begin()();
    liveness.noteCrash(crash, true);
    expect(fatal).toEqual([]);
    clock.advance(1);
    liveness.noteCrash(crash, true);
    expect(fatal).toEqual([crash]);
  });

  test('a row of restarts is one line of the log in half a minute', () => {
    const { clock, liveness, log } = setUp();
    for (let n = 0; n < 100; n += 1) liveness.noteCrash(crash, true);
    expect(log.lines.map(({ level }) => level)).toEqual(['warn']);
    clock.advance(clientSettings.logRepeatMs);
    liveness.noteCrash(crash, true);
    expect(log.lines).toHaveLength(2);
  });

  test('nothing is fatal once the process is ending', () => {
    const { liveness, ending, fatal } = setUp();
    ending.abort();
    liveness.noteCrash(crash, false);
    expect(fatal).toEqual([]);
  });
});
