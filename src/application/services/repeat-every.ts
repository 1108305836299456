import type { Clock } from '../ports/clock.ts';

/** Does the work after each pause until the signal aborts, which ends a pause at once. What the work throws ends it as well. */
export async function repeatEvery(
  { clock, everyMs, signal }: { readonly clock: Clock; readonly everyMs: number; readonly signal: AbortSignal },
  work: () => Promise<unknown>,
): Promise<void> {
  for (;;) {
    await clock.wait(everyMs, signal);
    if (signal.aborted) return;
    await work();
  }
}
