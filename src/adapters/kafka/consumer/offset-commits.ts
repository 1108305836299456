import type { PartitionWork } from './partition-work.ts';
import type { RunnerTools } from './runner-options.ts';

export type PartitionOffset = { readonly partition: number; readonly offset: string };

/** Sends offsets to the broker; rejects while the group is changing hands. */
export type SendOffsets = (offsets: readonly PartitionOffset[]) => Promise<void>;

export type OffsetCommits = {
  readonly commit: () => Promise<void>;
  /** Commits again and again until the process ends. */
  readonly keepCommitting: () => Promise<void>;
};

/**
 * Commits what is finished, for all partitions at once, so that neither a busy nor an idle one holds much back. A failed
 * commit is no failure of ours: the next one carries the same and more.
 */
export function createOffsetCommits(
  partitions: () => Iterable<PartitionWork>,
  send: SendOffsets,
  { clock, settings, ending }: Pick<RunnerTools, 'clock' | 'settings' | 'ending'>,
): OffsetCommits {
  // By the work of one assignment: what was committed in an earlier one says nothing about this.
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
      // The group is changing hands or its coordinator is away: nothing is lost, only repeated.
    }
  };

  // One at a time: two requests under way could arrive in either order and move a position backwards.
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
