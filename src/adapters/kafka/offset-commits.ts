import type { Clock } from '../../application/ports/clock.ts';
import type { PartitionWork } from './partition-work.ts';
import type { RunnerSettings } from './settings.ts';

export type PartitionOffset = { readonly partition: number; readonly offset: string };

/** Sends offsets to the broker; rejects while the group is changing hands. */
export type SendOffsets = (offsets: readonly PartitionOffset[]) => Promise<void>;

export type OffsetCommits = {
  /** Notes one finished message; commits now when there are many, else soon. */
  readonly note: () => void;
  readonly commit: () => Promise<void>;
  /** A new assignment: what was committed before says nothing about it. */
  readonly forget: () => void;
};

/**
 * Commits what is finished, for all partitions at once, by count or by time, so that neither a busy nor an idle partition
 * holds much back. A failed commit is no failure of ours: the next one carries the same and more.
 */
export const createOffsetCommits = (options: {
  readonly partitions: () => Iterable<PartitionWork>;
  readonly send: SendOffsets;
  readonly clock: Clock;
  readonly settings: RunnerSettings;
  readonly ending: AbortSignal;
}): OffsetCommits => {
  const { partitions, send, clock, settings, ending } = options;
  const committed = new Map<number, string>();
  let noted = 0;
  let isScheduled = false;
  let inFlight: Promise<void> = Promise.resolve();

  const due = (): readonly PartitionOffset[] => {
    const offsets: PartitionOffset[] = [];
    for (const work of partitions()) {
      const position = work.position();
      if (position === null || work.mode() === 'gone') continue;
      const offset = String(position);
      if (committed.get(work.partition) !== offset) offsets.push({ partition: work.partition, offset });
    }
    return offsets;
  };

  const commitOnce = async (): Promise<void> => {
    noted = 0;
    const offsets = due();
    if (offsets.length === 0) return;
    try {
      await send(offsets);
      for (const { partition, offset } of offsets) committed.set(partition, offset);
    } catch {
      // The group is changing hands or its coordinator is away: nothing is lost, only repeated.
      schedule();
    }
  };

  // One at a time: two requests under way could arrive in either order and move a position backwards.
  const commit = (): Promise<void> => {
    inFlight = inFlight.then(commitOnce);
    return inFlight;
  };

  const schedule = (): void => {
    if (isScheduled || ending.aborted) return;
    isScheduled = true;
    void clock.wait(settings.commitEveryMs, ending).then(() => {
      isScheduled = false;
      if (!ending.aborted) void commit();
    });
  };

  return {
    note: () => {
      noted += 1;
      if (noted >= settings.commitEveryMessages) void commit();
      else schedule();
    },
    commit,
    forget: () => committed.clear(),
  };
};
