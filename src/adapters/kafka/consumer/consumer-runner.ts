import { within } from '../../../application/services/within.ts';
import { type Assignment, type AssignmentOptions, createAssignment } from './assignment.ts';
import { type ConsumerGroup, createConsumerGroup } from './consumer-group.ts';
import { createKeyedQueue } from './keyed-queue.ts';
import { createLiveness } from './liveness.ts';
import { createMessageWork } from './message-work.ts';
import { createOffsetCommits, type OffsetCommits } from './offset-commits.ts';
import { type BlockedKeyQueue, createBlockedKeyQueue } from './blocked-key-queue.ts';
import type { RunnerOptions, RunnerTools } from './runner-options.ts';
import { runnerSettings } from '../client/settings.ts';
import { type Finished, handleOrDeadLetter, retryMessage, type Work, type WorkOutcome } from './retry-message.ts';

type Counts = Readonly<Record<Finished['kind'], number>>;

export type RunnerSnapshot = Counts & {
  readonly retried: number;
  /** Keys of the group that are blocked. */
  readonly blocked: number;
  /** Messages that run, and all that were taken and are not finished. */
  readonly active: number;
  readonly inHand: number;
  readonly stopped: readonly number[];
};

export type ConsumerRunner = {
  /** Resolves after the first attempt to join the group; see `isReady`. */
  readonly start: () => Promise<void>;
  /** Finishes the running messages within a bound, commits them, leaves the group. */
  readonly stop: () => Promise<void>;
  /** False when nothing has moved for too long: restart the process. */
  readonly isAlive: () => boolean;
  /** The group is joined, and no partition is stopped. */
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

type RunEvents = {
  readonly onRetry: () => void;
  readonly onOutcome: (outcome: WorkOutcome, durationMs: number) => void;
};

/** Runs one message with its retries, behind what blocks its key. */
const createRun =
  (
    workOn: (...message: Parameters<AssignmentOptions['run']>) => Work,
    blockedKeyQueue: BlockedKeyQueue | null,
    { onRetry, onOutcome }: RunEvents,
    { clock, settings }: RunnerTools,
  ): AssignmentOptions['run'] =>
  (partition, message) =>
  async (signal) => {
    const startedMs = clock.monotonicMs();
    const work = workOn(partition, message);
    const queued = blockedKeyQueue?.queued(partition, message, work) ?? work;
    const outcome = await retryMessage(queued, { clock, settings, signal, onRetry });
    onOutcome(outcome, clock.monotonicMs() - startedMs);
    return outcome;
  };

/**
 * In another order, the members that take over would repeat finished messages:
 * 1. No message is started, and the running ones finish.
 * 2. Their offsets are committed.
 * 3. This member leaves the group, and others take over.
 */
async function stopInOrder(
  { group, assignment, commits, releasing }: Parts,
  { clock, settings }: RunnerTools,
): Promise<void> {
  await within({ clock, ms: settings.stopBoundMs }, () => Promise.allSettled([assignment.drain(), releasing]));
  await within({ clock, ms: settings.leaveBoundMs }, commits.commit);
  assignment.abandon();
  await within({ clock, ms: settings.leaveBoundMs }, () => Promise.allSettled([group.stop()]));
}

/**
 * Runs one consumer.
 * 1. A batch is split at once into lanes by key, so that a slow message delays only its own key.
 * 2. Pausing partitions bounds the messages in hand. The fetch loop never waits, because it also sends the heartbeats.
 * 3. After a new assignment the messages in hand are repeated from the committed offsets; every handler must bear that.
 */
export function createConsumerRunner<Services>(options: RunnerOptions<Services>): ConsumerRunner {
  const { declaration, client, meter } = options;
  const ending = new AbortController();
  const tools = toolsOf(options, ending.signal);
  const counts = { handled: 0, ignored: 0, deadLettered: 0, parked: 0, dropped: 0, retried: 0 };
  let isJoined = false;
  let releasing: Promise<void> = Promise.resolve();

  const lanes = createKeyedQueue(declaration.lanes);
  const liveness = createLiveness(tools, options.onFatal);
  const workOn = createMessageWork(options, tools, liveness);
  const blockedKeyQueue = declaration.whenBlocked === 'drop' ? null : createBlockedKeyQueue(options, tools);

  const countOutcome = ({ kind }: Finished): unknown => (counts[kind] += 1);
  const onOutcome: RunEvents['onOutcome'] = ({ kind: outcome }, durationMs) => {
    if (outcome !== 'abandoned') meter.finished({ consumer: declaration.name, outcome, durationMs });
  };
  const run = createRun(workOn, blockedKeyQueue, { onRetry: () => (counts.retried += 1), onOutcome }, tools);
  const group = createConsumerGroup(client, tools, {
    onJoined: () => {
      isJoined = true;
      assignment.abandon();
      blockedKeyQueue?.forget();
    },
    // The next owner need not repeat what is finished by now.
    onRebalancing: () => void commits.commit(),
    onAlive: liveness.noteProgress,
    onBatch: (payload) => assignment.takeBatch(payload),
    onCrash: (error, willRestart) => {
      isJoined = false;
      liveness.noteCrash(error, willRestart);
    },
  });
  const assignment = createAssignment({ group, lanes, run, onFinished: countOutcome }, tools);
  const commits = createOffsetCommits(assignment.partitions, group.commit, tools);

  return {
    start: async () => {
      void commits.keepCommitting();
      await group.start();
      // Released messages take the ordinary path, without the check whether their key is blocked.
      const tryAgain = async (...released: Parameters<typeof workOn>): Promise<void> => {
        const startedMs = client.clock.monotonicMs();
        const outcome = await handleOrDeadLetter(workOn(...released));
        countOutcome(outcome);
        onOutcome(outcome, client.clock.monotonicMs() - startedMs);
      };
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
