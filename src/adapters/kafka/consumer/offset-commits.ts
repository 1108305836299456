import type { PartitionWork } from './partition-work.ts';
import type { RunnerTools } from './runner-options.ts';

export type PartitionOffset = { readonly partition: number; readonly offset: string };

/** Sends offsets to the broker; rejects during a rebalance. */
export type SendOffsets = (offsets: readonly PartitionOffset[]) => Promise<void>;

export type OffsetCommits = {
  readonly commit: () => Promise<void>;
  /** Commits again and again until the process ends. */
  readonly keepCommitting: () => Promise<void>;
};

/**
 * Commits what is finished, for all partitions in one request, so that neither a busy nor an idle one lags behind. A
 * failed commit needs no retry: the next one covers the same offsets and more.
 */
export function createOffsetCommits(
  partitions: () => Iterable<PartitionWork>,
  send: SendOffsets,
  { clock, settings, ending }: Pick<RunnerTools, 'clock' | 'settings' | 'ending'>,
): OffsetCommits {
  // Keyed by the work of one assignment: commits of an earlier assignment say nothing about this one.
  const committed = new WeakMap<PartitionWork, bigint>();
  let inFlight: Promise<void> = Promise.resolve();

  const commitOnce = async (): Promise<void> => {
    const due = [...partitions()].flatMap((work) => {
      const position = work.position();
      return position === null || position === committed.get(work) ? [] : [{ work, position }];
    });
    if (due.length === 0) return;
    try {
      await send(due.map(({ work, position }) => ({ partition: work.partition, offset: String(position) })));
      for (const { work, position } of due) committed.set(work, position);
    } catch {
      // The group rebalances, or its coordinator is unavailable: messages are repeated, and none is lost.
    }
  };

  // One at a time: two requests in flight could arrive in either order and move a position backwards.
  const commit = (): Promise<void> => {
    inFlight = inFlight.then(commitOnce);
    return inFlight;
  };

  return {
    commit,
    keepCommitting: async () => {
      while (!ending.aborted) {
        await clock.wait(settings.commitEveryMs, ending);
        await commit();
      }
    },
  };
}
