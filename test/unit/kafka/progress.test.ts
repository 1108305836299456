import { describe, expect, test } from '@jest/globals';
import { createProgress } from '../../../src/adapters/kafka/progress.ts';
import { runnerSettings } from '../../../src/adapters/kafka/settings.ts';
import { createManualClock } from '../../support/manual-clock.ts';

const setUp = () => {
  const clock = createManualClock(0);
  return { clock, progress: createProgress(clock, runnerSettings) };
};
const almost = runnerSettings.livenessMs - 1;

describe('liveness', () => {
  test('a consumer is alive as long as something moves', () => {
    const { clock, progress } = setUp();
    clock.advance(almost);
    expect(progress.isAlive()).toBe(true);
    progress.note();
    clock.advance(almost);
    expect(progress.isAlive()).toBe(true);
    clock.advance(1);
    expect(progress.isAlive()).toBe(false);
  });

  test('a handler that hangs is no life, whatever else moves', () => {
    const { clock, progress } = setUp();
    const end = progress.begin();
    progress.begin()();
    clock.advance(almost + 1);
    progress.note();
    expect(progress.isAlive()).toBe(false);
    end();
    expect(progress.isAlive()).toBe(true);
  });
});
