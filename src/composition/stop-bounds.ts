/**
 * How long a stopping process waits. The parts are closed one after the other, so all of them together must fit into the
 * whole, and the whole and the pause before it into the grace period of the orchestrator (60 s).
 */
export const stopBounds = {
  /** The whole end; a process that hangs longer ends without its rest. */
  wholeMs: 54_000,
  /** Provider calls in hand: the provider answers within 30 s or says that it does not know. */
  backgroundMs: 30_000,
  /** A run of a job: its batch is bounded far below it. */
  jobsMs: 10_000,
} as const;
