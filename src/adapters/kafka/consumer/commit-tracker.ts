/** Which offset of one partition may be committed: the one after the longest run of finished messages. */
export type CommitTracker = {
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
