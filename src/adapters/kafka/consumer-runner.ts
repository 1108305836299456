import { createAssignment } from './assignment.ts';
import type { Assignment } from './assignment.ts';
import { createConsumerGroup } from './consumer-group.ts';
import type { ConsumerGroup } from './consumer-group.ts';
import { createCrashPolicy } from './crash-policy.ts';
import { createLanes } from './lanes.ts';
import { createMessageWork } from './message-work.ts';
import type { RunnerOptions } from './message-work.ts';
import { createOffsetCommits } from './offset-commits.ts';
import { createProgress } from './progress.ts';
import type { Progress } from './progress.ts';
import { runnerSettings } from './settings.ts';
import type { RunnerSettings } from './settings.ts';
import { waitWithin } from './wait-within.ts';
import { workThrough } from './work-through.ts';
import type { WorkEnd } from './work-through.ts';

export type { RunnerOptions } from './message-work.ts';

export type RunnerSnapshot = {
  readonly consumer: string;
  readonly handled: number;
  readonly ignored: number;
  readonly deadLettered: number;
  readonly retried: number;
  readonly active: number;
  readonly inHand: number;
  /** Messages behind the end of the log, by partition, as of the last fetch of it. */
  readonly lag: Readonly<Record<number, number>>;
  readonly resting: readonly number[];
  readonly stopped: readonly number[];
};

export type ConsumerRunner = {
  /** Resolves when the group is joined for the first time. */
  readonly start: () => Promise<void>;
  /** Finishes what is being worked on within a bound, commits it, leaves the group. */
  readonly stop: () => Promise<void>;
  /** False when nothing has moved for too long: restart the process. */
  readonly isAlive: () => boolean;
  /** Joined, and no partition is stopped by a bug. */
  readonly isReady: () => boolean;
  readonly snapshot: () => RunnerSnapshot;
};

type Counts = { handled: number; ignored: number; deadLettered: number; retried: number };

const countEnd = (counts: Counts, end: WorkEnd): void => {
  if (end.kind === 'handled') counts.handled += 1;
  else if (end.kind === 'ignored') counts.ignored += 1;
  else counts.deadLettered += 1;
};

const situationOf = (assignment: Assignment): Pick<RunnerSnapshot, 'inHand' | 'lag' | 'resting' | 'stopped'> => ({
  inHand: assignment.inHand(),
  lag: assignment.lag(),
  resting: assignment.withMode('resting'),
  stopped: assignment.withMode('stopped'),
});

/** Order matters: nothing new is begun, what runs is finished, its offsets are committed, only then others take over. */
const stopInOrder = async (
  parts: { readonly group: ConsumerGroup; readonly assignment: Assignment; readonly commit: () => Promise<void> },
  end: () => void,
  { clock }: RunnerOptions<unknown>['client'],
  settings: RunnerSettings,
): Promise<void> => {
  const { group, assignment, commit } = parts;
  group.pauseAll();
  end();
  await waitWithin(clock, settings.stopBoundMs, assignment.end());
  await waitWithin(clock, settings.leaveBoundMs, commit());
  assignment.abandon();
  await waitWithin(clock, settings.leaveBoundMs, group.stop());
};

/**
 * Runs one consumer. Batches are taken apart at once and worked off in lanes of their own, so a slow message delays its key
 * and nobody else; what is in hand is bounded by pausing partitions, never by making the fetch loop wait. After a change of
 * the assignment, work begins again at the committed offsets: what was in hand is repeated, which every handler must bear.
 */
export const createConsumerRunner = <Services>(options: RunnerOptions<Services>): ConsumerRunner => {
  const { declaration, client, settings = runnerSettings } = options;
  const { clock, log } = client;
  const { topic, group: groupId, name: consumer } = declaration;
  const ending = new AbortController();
  const lanes = createLanes(declaration.lanes);
  const progress: Progress = createProgress(clock, settings);
  const counts: Counts = { handled: 0, ignored: 0, deadLettered: 0, retried: 0 };
  const about = { consumer, topic, group: groupId };
  let isJoined = false;
  const tools = { about, clock, log, settings, ending: ending.signal };
  const crashes = createCrashPolicy({ ...tools, onFatal: options.onFatal });
  const workOn = createMessageWork(options, progress, settings);

  const group = createConsumerGroup(
    client,
    { topic, group: groupId, settings },
    {
      onJoined: () => {
        isJoined = true;
        progress.note();
        assignment.abandon();
        commits.forget();
      },
      // What is finished by now need not be repeated by the next owner.
      onRebalancing: () => void commits.commit(),
      onAlive: () => {
        crashes.noteProgress();
        progress.note();
      },
      onBatch: (payload) => assignment.takeBatch(payload),
      onCrash: (error, willRestart) => {
        isJoined = false;
        crashes.note(error, willRestart);
      },
    },
  );
  const assignment = createAssignment({
    ...tools,
    group,
    lanes,
    run: (partition, message) => (gone) =>
      workThrough(workOn(partition, message), {
        clock,
        settings,
        signal: gone,
        onRetry: () => (counts.retried += 1),
      }),
    onDone: (end) => {
      countEnd(counts, end);
      commits.note();
    },
  });
  const commits = createOffsetCommits({ ...tools, partitions: assignment.partitions, send: group.commit });

  return {
    start: group.start,
    stop: async () => {
      await stopInOrder({ group, assignment, commit: commits.commit }, () => ending.abort(), client, settings);
      isJoined = false;
    },
    isAlive: progress.isAlive,
    isReady: () => isJoined && assignment.withMode('stopped').length === 0,
    snapshot: () => ({ consumer, ...counts, active: lanes.active(), ...situationOf(assignment) }),
  };
};
