import { createAssignment } from './assignment.ts';
import type { Assignment } from './assignment.ts';
import { createConsumerGroup } from './consumer-group.ts';
import type { ConsumerGroup } from './consumer-group.ts';
import { createCrashPolicy } from './crash-policy.ts';
import { createLanes } from './lanes.ts';
import { createMessageWork } from './message-work.ts';
import type { RunnerOptions } from './message-work.ts';
import { createOffsetCommits } from './offset-commits.ts';
import { createParking } from './parking.ts';
import type { Parking } from './parking.ts';
import { createProgress } from './progress.ts';
import type { Progress } from './progress.ts';
import { runnerSettings } from './settings.ts';
import type { RunnerSettings } from './settings.ts';
import { waitWithin } from './wait-within.ts';
import { handleOrBury, workThrough } from './work-through.ts';
import type { WorkEnd } from './work-through.ts';

export type { RunnerOptions } from './message-work.ts';

export type RunnerSnapshot = {
  readonly consumer: string;
  readonly handled: number;
  readonly ignored: number;
  readonly deadLettered: number;
  readonly retried: number;
  /** Messages that queue behind a failing one of their key. */
  readonly parked: number;
  readonly dropped: number;
  /** Keys of the group that are blocked. */
  readonly blocked: number;
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
  /** Joined, and no partition is stopped by a bug that could not be set aside. */
  readonly isReady: () => boolean;
  readonly snapshot: () => RunnerSnapshot;
};

type Counts = {
  handled: number;
  ignored: number;
  deadLettered: number;
  retried: number;
  parked: number;
  dropped: number;
};

const countEnd = (counts: Counts, end: WorkEnd): void => {
  if (end.kind === 'handled') counts.handled += 1;
  else if (end.kind === 'ignored') counts.ignored += 1;
  else if (end.kind === 'parked') counts.parked += 1;
  else if (end.kind === 'dropped') counts.dropped += 1;
  else counts.deadLettered += 1;
};

type Situation = Pick<RunnerSnapshot, 'inHand' | 'lag' | 'resting' | 'stopped' | 'blocked'>;

const situationOf = (assignment: Assignment, parking: Parking | null): Situation => ({
  inHand: assignment.inHand(),
  lag: assignment.lag(),
  resting: assignment.withMode('resting'),
  stopped: assignment.withMode('stopped'),
  blocked: parking?.size() ?? 0,
});

/** Order matters: nothing new is begun, what runs is finished, its offsets are committed, only then others take over. */
const stopInOrder = async (
  parts: {
    readonly group: ConsumerGroup;
    readonly assignment: Assignment;
    readonly settled: () => Promise<unknown>;
    readonly commit: () => Promise<void>;
  },
  end: () => void,
  { clock }: RunnerOptions<unknown>['client'],
  settings: RunnerSettings,
): Promise<void> => {
  const { group, assignment, settled, commit } = parts;
  group.pauseAll();
  end();
  await waitWithin(clock, settings.stopBoundMs, settled());
  await waitWithin(clock, settings.leaveBoundMs, commit());
  assignment.abandon();
  await waitWithin(clock, settings.leaveBoundMs, group.stop());
};

/** Null where a failing message is dropped: then nothing ever queues. */
const openParking = <Services>(
  options: RunnerOptions<Services>,
  settings: RunnerSettings,
  ending: AbortSignal,
): Parking | null => {
  const { declaration, client, blockedKeys, cipher } = options;
  if (declaration.whenBlocked === 'drop') return null;
  const { name: consumer, topic, group } = declaration;
  return createParking({
    ...{ about: { consumer, topic, group }, topic, group },
    ...{ blockedKeys, cipher, client, settings, ending },
  });
};

/** Released messages take the ordinary path, without the question whether their key is blocked. */
const releaseFrom = <Services>(
  parking: Parking,
  options: RunnerOptions<Services>,
  progress: Progress,
  counts: Counts,
): Promise<void> => {
  const workOn = createMessageWork(options, progress, null, options.settings ?? runnerSettings);
  return parking.keepReleasing(async (partition, message) =>
    countEnd(counts, await handleOrBury(workOn(partition, message))),
  );
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
  const counts: Counts = { handled: 0, ignored: 0, deadLettered: 0, retried: 0, parked: 0, dropped: 0 };
  const about = { consumer, topic, group: groupId };
  let isJoined = false;
  const tools = { about, clock, log, settings, ending: ending.signal };
  const crashes = createCrashPolicy({ ...tools, onFatal: options.onFatal });
  const parking = openParking(options, settings, ending.signal);
  const workOn = createMessageWork(options, progress, parking, settings);
  let releasing: Promise<void> = Promise.resolve();
  const onRetry = (): unknown => (counts.retried += 1);

  const group = createConsumerGroup(
    client,
    { topic, group: groupId, settings },
    {
      onJoined: () => {
        isJoined = true;
        progress.note();
        assignment.abandon();
        commits.forget();
        parking?.forget();
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
    run: (partition, message) => (signal) =>
      workThrough(workOn(partition, message), { clock, settings, signal, onRetry }),
    onDone: (end) => {
      countEnd(counts, end);
      commits.note();
    },
  });
  const commits = createOffsetCommits({ ...tools, partitions: assignment.partitions, send: group.commit });

  return {
    start: async () => {
      await group.start();
      if (parking !== null) releasing = releaseFrom(parking, options, progress, counts);
    },
    stop: async () => {
      const settled = (): Promise<unknown> => Promise.all([assignment.end(), releasing]);
      await stopInOrder({ group, assignment, settled, commit: commits.commit }, () => ending.abort(), client, settings);
      isJoined = false;
    },
    isAlive: progress.isAlive,
    isReady: () => isJoined && assignment.withMode('stopped').length === 0,
    snapshot: () => ({ consumer, ...counts, active: lanes.active(), ...situationOf(assignment, parking) }),
  };
};
