import type { KeyedQueue } from './keyed-queue.ts';
import type { RunnerSettings } from '../client/settings.ts';
import type { Done, WorkEnd } from './retry-message.ts';

/**
 * open: takes messages. resting: a dependency is away. stopped: a bug that could not be set aside. left: the process is ending, or the
 * partition may be another's now.
 */
export type PartitionMode = 'open' | 'resting' | 'stopped' | 'left';

/** What the owner of a partition must do for it; none of these may throw. */
export type PartitionEvents = {
  readonly onDone: (end: Done) => void;
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
  /** Begins nothing more; what runs is finished. */
  readonly leave: () => void;
  /** Resolves when none of its messages is being worked on. */
  readonly drained: () => Promise<unknown>;
};

export type RunOne = (signal: AbortSignal) => Promise<WorkEnd>;

/** Which offset of one partition may be committed: the one after the longest run of finished messages. */
type CommitTracker = {
  readonly open: (offset: bigint) => void;
  readonly finish: (offset: bigint) => void;
  /** Where a reader would have to begin to miss nothing; null before the first message. */
  readonly position: () => bigint | null;
  /** Messages taken and not covered by `position`. */
  readonly inHand: () => number;
};

export function createCommitTracker(): CommitTracker {
  // In the order of the log, which a Map keeps; offsets may have gaps, so counting up would not do.
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

/** What fails outside the guards of the work stops the partition, where an unhandled rejection would end the process. */
async function endOf(run: RunOne, signal: AbortSignal): Promise<WorkEnd> {
  try {
    return await run(signal);
  } catch (error) {
    return { kind: 'bug', error };
  }
}

/**
 * The messages of one partition in hand, from one assignment of it. Once closed it starts nothing more: what is waiting in
 * the lanes passes by unworked, what runs is finished, and a new one begins at the first message that is not done with.
 */
export function createPartitionWork(
  partition: number,
  lanes: KeyedQueue,
  settings: RunnerSettings,
  events: PartitionEvents,
): PartitionWork {
  const tracker = createCommitTracker();
  const closing = new AbortController();
  const running = new Set<Promise<WorkEnd>>();
  let mode: PartitionMode = 'open';
  let isFull = false;

  const close = (to: 'resting' | 'stopped', error: unknown, offset: bigint): void => {
    if (mode !== 'open') return;
    mode = to;
    closing.abort();
    events.onClosed(to, error, offset);
  };

  const finish = (end: WorkEnd, offset: bigint): void => {
    if (end.kind === 'abandoned') return;
    if (end.kind === 'away' || end.kind === 'bug') {
      close(end.kind === 'away' ? 'resting' : 'stopped', end.error, offset);
      return;
    }
    tracker.finish(offset);
    events.onDone(end);
    if (isFull && mode === 'open' && tracker.inHand() <= settings.inHandLow) {
      isFull = false;
      events.onRoom();
    }
  };

  const work = async (offset: bigint, run: RunOne): Promise<void> => {
    if (mode !== 'open') return;
    const end = endOf(run, closing.signal);
    running.add(end);
    finish(await end, offset);
    running.delete(end);
  };

  return {
    partition,
    mode: () => mode,
    take: ({ key, offset }, run) => {
      tracker.open(offset);
      lanes.run(key, () => work(offset, run));
      if (!isFull && tracker.inHand() >= settings.inHandHigh) {
        isFull = true;
        events.onFull();
      }
    },
    position: tracker.position,
    inHand: tracker.inHand,
    leave: () => {
      mode = 'left';
      closing.abort();
    },
    drained: () => Promise.all(running),
  };
}
