import { expect, test } from '@jest/globals';
import type { EachBatchPayload } from 'kafkajs';
import { type Assignment, createAssignment } from '../../../src/adapters/kafka/consumer/assignment.ts';
import { createKeyedQueue } from '../../../src/adapters/kafka/consumer/keyed-queue.ts';
import type { WorkOutcome } from '../../../src/adapters/kafka/consumer/retry-message.ts';
import { runnerSettings } from '../../../src/adapters/kafka/client/settings.ts';
import { Fault } from '../../../src/application/ports/faults.ts';
import { createLogRecorder } from '../../support/log-recorder.ts';
import { createManualClock } from '../../support/manual-clock.ts';

const partition = 3;

/** One partition with one message, delivered again after each seek, as Kafka does. */
function setUp(outcomes: WorkOutcome[]) {
  const clock = createManualClock(0);
  const log = createLogRecorder();
  const acts: string[] = [];
  const deliver = (offset: bigint): void => {
    const messages = [{ key: Buffer.from('a'), offset: String(offset) }];
    const payload = { batch: { partition, messages }, isStale: () => false, isRunning: () => true };
    assignment.takeBatch({ ...payload, resolveOffset: () => undefined } as unknown as EachBatchPayload);
  };
  const group = {
    pause: () => acts.push('pause'),
    resume: () => acts.push('resume'),
    seek: (_: number, offset: bigint): void => {
      acts.push(`seek ${offset}`);
      deliver(offset);
    },
  };
  const assignment: Assignment = createAssignment(
    {
      group,
      lanes: createKeyedQueue(8),
      run: () => () => Promise.resolve(outcomes.shift() ?? { kind: 'handled' }),
      onFinished: ({ kind }) => acts.push(kind),
    },
    {
      about: { consumer: 'commands', topic: 't', group: 'g' },
      ...{ clock, log, settings: runnerSettings, ending: new AbortController().signal },
    },
  );
  const pass = async (ms: number): Promise<void> => {
    await new Promise(setImmediate);
    clock.advance(ms);
    await new Promise(setImmediate);
  };
  return { assignment, acts, deliver, pass, levels: () => log.lines.map(({ level }) => level) };
}

const unavailable = (needsOperator: boolean): WorkOutcome => ({
  kind: 'unavailable',
  error: new Fault('store', 'unavailable', { retryable: true, needsOperator }),
});

test.each([
  ['comes back by itself', false, 'warn'],
  ['needs an operator', true, 'error'],
] as const)('a partition rests while a dependency is unavailable that %s, and goes on', async (_what, needs, level) => {
  const { deliver, pass, acts, levels } = setUp([unavailable(needs)]);
  deliver(7n);
  await pass(runnerSettings.resumeAfterMs);
  expect(acts).toEqual(['pause', 'seek 7', 'resume', 'handled']);
  expect(levels()).toEqual([level, 'info']);
});

test('a stopped partition is tried again, twice as late each time up to an hour, with an error line each time', async () => {
  const bug = (): WorkOutcome => ({ kind: 'bug', error: new Error('bug') });
  const { assignment, deliver, pass, acts, levels } = setUp(Array.from({ length: 9 }, bug));
  deliver(7n);
  const { releaseFirstPauseMs: firstMs, releaseLastPauseMs: lastMs } = runnerSettings;
  for (let stop = 0; stop < 9; stop += 1) {
    await pass(0);
    acts.splice(0);
    const pauseMs = Math.min(firstMs * 2 ** stop, lastMs);
    await pass(pauseMs - 1);
    expect([assignment.withMode('stopped'), acts]).toEqual([[partition], []]);
    await pass(1);
    expect(acts.slice(0, 1)).toEqual(['seek 7']);
  }
  expect([assignment.withMode('stopped'), acts]).toEqual([[], ['seek 7', 'resume', 'handled']]);
  expect(levels().filter((level) => level === 'error')).toHaveLength(9);
});

test('a stopped partition that got further begins with the shortest pause again', async () => {
  const bug = (): WorkOutcome => ({ kind: 'bug', error: new Error('bug') });
  const { assignment, deliver, pass } = setUp([bug(), bug(), { kind: 'handled' }, bug()]);
  deliver(7n);
  await pass(runnerSettings.releaseFirstPauseMs);
  await pass(2 * runnerSettings.releaseFirstPauseMs);
  expect(assignment.withMode('stopped')).toEqual([]);
  deliver(8n);
  await pass(0);
  expect(assignment.withMode('stopped')).toEqual([partition]);
  await pass(runnerSettings.releaseFirstPauseMs);
  expect(assignment.withMode('stopped')).toEqual([]);
});
