import { createCommitTracker } from './commit-tracker.ts';
import type { Lanes } from './lanes.ts';
import type { RunnerSettings } from './settings.ts';
import type { WorkEnd } from './work-through.ts';

/**
 * open: takes messages. resting: a dependency is away. stopped: a bug that could not be set aside. ended: the process is ending. gone: the partition
 * may be another process's now, so its position means nothing any more.
 */
export type PartitionMode = 'open' | 'resting' | 'stopped' | 'ended' | 'gone';

/** What the owner of a partition must do for it; none of these may throw. */
export type PartitionEvents = {
  readonly onDone: (end: WorkEnd) => void;
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
  /** Begins nothing more; what runs is finished and counts, unless the partition is gone. */
  readonly leave: (mode: 'ended' | 'gone') => void;
  /** Resolves when none of its messages is being worked on. */
  readonly settled: () => Promise<void>;
};

export type RunOne = (signal: AbortSignal) => Promise<WorkEnd>;

/** Counts what is being worked on, for whoever must wait until that is over. */
const createRunning = (): {
  readonly begin: () => void;
  readonly end: () => void;
  readonly none: () => Promise<void>;
} => {
  let running = 0;
  let waiting: (() => void)[] = [];
  return {
    begin: () => {
      running += 1;
    },
    end: () => {
      running -= 1;
      if (running > 0) return;
      for (const resolve of waiting) resolve();
      waiting = [];
    },
    none: () => (running === 0 ? Promise.resolve() : new Promise((resolve) => waiting.push(resolve))),
  };
};

/**
 * The messages of one partition in hand, from one assignment of it. Once closed it starts nothing more: what is waiting in
 * the lanes passes by unworked, what runs is finished, and a new one begins at the first message that is not done with.
 */
export const createPartitionWork = (
  partition: number,
  lanes: Lanes,
  settings: RunnerSettings,
  events: PartitionEvents,
): PartitionWork => {
  const tracker = createCommitTracker();
  const closing = new AbortController();
  let mode: PartitionMode = 'open';
  const running = createRunning();
  let isFull = false;

  const close = (to: 'resting' | 'stopped', error: unknown, offset: bigint): void => {
    if (mode !== 'open') return;
    mode = to;
    closing.abort();
    events.onClosed(to, error, offset);
  };

  const finish = (end: WorkEnd, offset: bigint): void => {
    switch (end.kind) {
      case 'abandoned':
        return;
      case 'away':
        close('resting', end.error, offset);
        return;
      case 'bug':
        close('stopped', end.error, offset);
        return;
      case 'handled':
      case 'ignored':
      case 'dead_lettered':
      case 'parked':
      case 'dropped':
        tracker.finish(offset);
        events.onDone(end);
        if (isFull && mode === 'open' && tracker.inHand() <= settings.inHandLow) {
          isFull = false;
          events.onRoom();
        }
    }
  };

  const work = async (offset: bigint, run: RunOne): Promise<void> => {
    if (mode !== 'open') return;
    running.begin();
    finish(await run(closing.signal), offset);
    running.end();
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
    leave: (to) => {
      mode = to;
      closing.abort();
    },
    settled: running.none,
  };
};
