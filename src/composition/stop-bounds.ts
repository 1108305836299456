/**
 * How long a stopping process waits. The parts close one after the other, so their sum must fit into `wholeMs`. That
 * and the pause before it must fit into the grace period of the orchestrator (60 s).
 */
export const stopBounds = {
  /** The whole end. A process that hangs longer exits without closing the rest. */
  wholeMs: 54_000,
  /** Provider calls under way: the provider answers within 30 s, if only that the outcome is unknown. */
  backgroundMs: 30_000,
  /** Leaving the share of the provider, or the API processes that count together: both end by themselves as well. */
  shareMs: 1_000,
  /** A run of a job: its batch is bounded far below it. */
  jobsMs: 10_000,
} as const;
