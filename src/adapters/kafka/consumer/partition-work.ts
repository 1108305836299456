import type { KeyedQueue } from './keyed-queue.ts';
import type { RunnerSettings } from '../client/settings.ts';
import type { Finished, WorkOutcome } from './retry-message.ts';

/**
 * - open: takes messages.
 * - resting: a dependency is unavailable.
 * - stopped: a bug fails a message whose key cannot be blocked. After a pause it is tried again.
 * - abandoned: the process is ending, or another member may own the partition now.
 */
export type PartitionMode = 'open' | 'resting' | 'stopped' | 'abandoned';

/** Callbacks to the assignment; none may throw. */
export type PartitionEvents = {
  readonly onFinished: (outcome: Finished) => void;
  readonly onFull: () => void;
  readonly onRoom: () => void;
  readonly onClosed: (mode: 'resting' | 'stopped', error: unknown, offset: bigint) => void;
};

export type PartitionWork = {
  readonly partition: number;
  readonly mode: () => PartitionMode;
  readonly take: (message: { readonly key: string; readonly offset: bigint }, run: RunOne) => void;
  readonly position: () => bigint | null;
  readonly inHand: () => number;
  /** Starts no further message; the running ones finish. */
  readonly abandon: () => void;
  /** Resolves when no message of the partition runs. */
  readonly drained: () => Promise<unknown>;
};

export type RunOne = (signal: AbortSignal) => Promise<WorkOutcome>;

/** Finds the offset of one partition that may be committed: the one after its unbroken row of finished messages. */
type CommitTracker = {
  readonly open: (offset: bigint) => void;
  readonly finish: (offset: bigint) => void;
  /** The offset at which a reader misses nothing; null before the first message. */
  readonly position: () => bigint | null;
  /** Messages taken and not covered by `position`. */
  readonly inHand: () => number;
};

export function createCommitTracker(): CommitTracker {
  // In the order of the log, which a Map keeps. Offsets may have gaps, so the next one cannot be computed.
  const isFinished = new Map<bigint, boolean>();
  let position: bigint | null = null;
  return {
    open: (offset) => {
      position ??= offset;
      isFinished.set(offset, false);
    },
    finish: (offset) => {
      isFinished.set(offset, true);
      for (const [first, finished] of isFinished) {
        if (!finished) break;
        isFinished.delete(first);
        position = first + 1n;
      }
    },
    position: () => position,
    inHand: () => isFinished.size,
  };
}

/** An error that no step catches stops the partition; as an unhandled rejection it would end the process. */
async function outcomeOf(run: RunOne, signal: AbortSignal): Promise<WorkOutcome> {
  try {
    return await run(signal);
  } catch (error) {
    return { kind: 'bug', error };
  }
}

/**
 * The messages in hand of one partition, for one assignment of it. After it is closed:
 * 1. Messages that wait in the lanes are skipped.
 * 2. The running ones finish.
 * 3. The next work on the partition begins at the first unfinished message.
 */
export function createPartitionWork(
  partition: number,
  lanes: KeyedQueue,
  settings: RunnerSettings,
  events: PartitionEvents,
): PartitionWork {
  const tracker = createCommitTracker();
  const closing = new AbortController();
  const running = new Set<Promise<WorkOutcome>>();
  let mode: PartitionMode = 'open';
  let isFull = false;

  const close = (to: 'resting' | 'stopped', error: unknown, offset: bigint): void => {
    if (mode !== 'open') return;
    mode = to;
    closing.abort();
    events.onClosed(to, error, offset);
  };

  const finish = (outcome: WorkOutcome, offset: bigint): void => {
    if (outcome.kind === 'abandoned') return;
    if (outcome.kind === 'unavailable' || outcome.kind === 'bug') {
      close(outcome.kind === 'unavailable' ? 'resting' : 'stopped', outcome.error, offset);
      return;
    }
    tracker.finish(offset);
    events.onFinished(outcome);
    if (isFull && mode === 'open' && tracker.inHand() <= settings.inHandLow) {
      isFull = false;
      events.onRoom();
    }
  };

  const runIfOpen = async (offset: bigint, run: RunOne): Promise<void> => {
    if (mode !== 'open') return;
    const outcome = outcomeOf(run, closing.signal);
    running.add(outcome);
    finish(await outcome, offset);
    running.delete(outcome);
  };

  return {
    partition,
    mode: () => mode,
    take: ({ key, offset }, run) => {
      tracker.open(offset);
      lanes.run(key, () => runIfOpen(offset, run));
      if (!isFull && tracker.inHand() >= settings.inHandHigh) {
        isFull = true;
        events.onFull();
      }
    },
    position: tracker.position,
    inHand: tracker.inHand,
    abandon: () => {
      mode = 'abandoned';
      closing.abort();
    },
    drained: () => Promise.all(running),
  };
}
