import { describe, expect, test } from '@jest/globals';
import { createCrashPolicy } from '../../../src/adapters/kafka/crash-policy.ts';
import { runnerSettings } from '../../../src/adapters/kafka/settings.ts';
import { createLogRecorder } from '../../support/log-recorder.ts';

const setUp = () => {
  const log = createLogRecorder();
  const ending = new AbortController();
  const fatal: Error[] = [];
  const settings = { ...runnerSettings, restartsWithoutProgress: 2 };
  const about = { consumer: 'c', topic: 't', group: 'g' };
  const onFatal = (error: Error): void => void fatal.push(error);
  const policy = createCrashPolicy({ log, about, settings, ending: ending.signal }, onFatal);
  return { policy, log, ending, fatal };
};
const crash = new Error('crash');

describe('crashes of the client library', () => {
  test('one without a restart is fatal and an alert', () => {
    const { policy, log, fatal } = setUp();
    policy.note(crash, false);
    expect(fatal).toEqual([crash]);
    expect(log.lines.map(({ level }) => level)).toEqual(['error']);
  });

  test('restarts are tolerated while something works between them, and not without end', () => {
    const { policy, fatal } = setUp();
    for (let n = 0; n < 10; n += 1) {
      policy.note(crash, true);
      policy.noteProgress();
    }
    expect(fatal).toEqual([]);
    for (let n = 0; n < 3; n += 1) policy.note(crash, true);
    expect(fatal).toHaveLength(1);
  });

  test('nothing is fatal once the process is ending', () => {
    const { policy, ending, fatal } = setUp();
    ending.abort();
    policy.note(crash, false);
    expect(fatal).toEqual([]);
  });
});
