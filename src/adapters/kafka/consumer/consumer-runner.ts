import { within } from '../../../application/within.ts';
import { type Assignment, type AssignmentOptions, createAssignment } from './assignment.ts';
import { type ConsumerGroup, createConsumerGroup } from './consumer-group.ts';
import { createKeyedQueue } from './keyed-queue.ts';
import { createLiveness } from './liveness.ts';
import { createMessageWork } from './message-work.ts';
import { createOffsetCommits, type OffsetCommits } from './offset-commits.ts';
import { type BlockedKeyQueue, createBlockedKeyQueue } from './blocked-key-queue.ts';
import type { RunnerOptions, RunnerTools } from './runner-options.ts';
import { runnerSettings } from '../client/settings.ts';
import { type Done, handleOrDeadLetter, retryMessage, type Work } from './retry-message.ts';

/** How many messages ended so. */
type Counts = Readonly<Record<Done['kind'], number>>;

export type RunnerSnapshot = Counts & {
  readonly retried: number;
  /** Keys of the group that are blocked. */
  readonly blocked: number;
  /** Messages being worked on, and all that were taken and are not done with. */
  readonly active: number;
  readonly inHand: number;
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

type Parts = {
  readonly group: ConsumerGroup;
  readonly assignment: Assignment;
  readonly commits: OffsetCommits;
  readonly releasing: Promise<void>;
};

function toolsOf<Services>(options: RunnerOptions<Services>, ending: AbortSignal): RunnerTools {
  const { declaration, client, settings = runnerSettings } = options;
  const { name: consumer, topic, group } = declaration;
  return { about: { consumer, topic, group }, clock: client.clock, log: client.log, settings, ending };
}

/** A message is worked on as often as it takes, behind what blocks its key; null parking: nothing ever queues. */
const createRun =
  (
    workOn: (...message: Parameters<AssignmentOptions['run']>) => Work,
    blockedKeyQueue: BlockedKeyQueue | null,
    onRetry: () => void,
    { clock, settings }: RunnerTools,
  ): AssignmentOptions['run'] =>
  (partition, message) =>
  (signal) => {
    const work = workOn(partition, message);
    const queued = blockedKeyQueue?.queued(partition, message, work) ?? work;
    return retryMessage(queued, { clock, settings, signal, onRetry });
  };

/** Order matters: nothing new is begun, what runs is finished, its offsets are committed, only then others take over. */
async function stopInOrder(
  { group, assignment, commits, releasing }: Parts,
  { clock, settings }: RunnerTools,
): Promise<void> {
  await within({ clock, ms: settings.stopBoundMs }, () => Promise.allSettled([assignment.end(), releasing]));
  await within({ clock, ms: settings.leaveBoundMs }, commits.commit);
  assignment.abandon();
  await within({ clock, ms: settings.leaveBoundMs }, () => Promise.allSettled([group.stop()]));
}

/**
 * Runs one consumer. Batches are taken apart at once and worked off in lanes of their own, so a slow message delays its key
 * and nobody else; what is in hand is bounded by pausing partitions, never by making the fetch loop wait. After a change of
 * the assignment, work begins again at the committed offsets: what was in hand is repeated, which every handler must bear.
 */
export function createConsumerRunner<Services>(options: RunnerOptions<Services>): ConsumerRunner {
  const { declaration, client } = options;
  const ending = new AbortController();
  const tools = toolsOf(options, ending.signal);
  const counts = { handled: 0, ignored: 0, deadLettered: 0, parked: 0, dropped: 0, retried: 0 };
  let isJoined = false;
  let releasing: Promise<void> = Promise.resolve();

  const lanes = createKeyedQueue(declaration.lanes);
  const liveness = createLiveness(tools, options.onFatal);
  const workOn = createMessageWork(options, tools, liveness);
  // Where a failing message is dropped nothing ever queues.
  const blockedKeyQueue = declaration.whenBlocked === 'drop' ? null : createBlockedKeyQueue(options, tools);

  const note = ({ kind }: Done): unknown => (counts[kind] += 1);
  const run = createRun(workOn, blockedKeyQueue, () => (counts.retried += 1), tools);
  const group = createConsumerGroup(client, tools, {
    onJoined: () => {
      isJoined = true;
      assignment.abandon();
      blockedKeyQueue?.forget();
    },
    // What is finished by now need not be repeated by the next owner.
    onRebalancing: () => void commits.commit(),
    onAlive: liveness.noteProgress,
    onBatch: (payload) => assignment.takeBatch(payload),
    onCrash: (error, willRestart) => {
      isJoined = false;
      liveness.noteCrash(error, willRestart);
    },
  });
  const assignment = createAssignment({ group, lanes, run, onDone: note }, tools);
  const commits = createOffsetCommits(assignment.partitions, group.commit, tools);

  return {
    start: async () => {
      void commits.keepCommitting();
      await group.start();
      // Released messages take the ordinary path, without the question whether their key is blocked.
      const tryAgain = async (...released: Parameters<typeof workOn>): Promise<void> =>
        void note(await handleOrDeadLetter(workOn(...released)));
      if (blockedKeyQueue !== null) releasing = blockedKeyQueue.keepReleasing(tryAgain);
    },
    stop: async () => {
      group.pauseAll();
      ending.abort();
      await stopInOrder({ group, assignment, commits, releasing }, tools);
      isJoined = false;
    },
    isAlive: liveness.isAlive,
    isReady: () => isJoined && assignment.withMode('stopped').length === 0,
    snapshot: () => ({
      ...counts,
      blocked: blockedKeyQueue?.size() ?? 0,
      active: lanes.active(),
      inHand: assignment.inHand(),
      stopped: assignment.withMode('stopped'),
    }),
  };
}
