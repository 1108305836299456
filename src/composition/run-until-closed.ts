import { systemClock } from '../adapters/system/clock.ts';
import { within } from '../application/services/within.ts';
import type { Closers } from './closers.ts';
import { stopBounds } from './stop-bounds.ts';

type Shared = {
  readonly name: string;
  /** Runs until the signal aborts. */
  readonly run: (signal: AbortSignal) => Promise<void>;
  /** Gives back what the process holds beside the others. */
  readonly leave: () => Promise<unknown>;
};

/** What a process shares with others: it leaves once its own work has ended. A store that does not answer delays no stop beyond a bound. */
export function runUntilClosed(closers: Closers, { name, run, leave }: Shared): void {
  const stopping = new AbortController();
  const running = run(stopping.signal);
  closers.add(name, () => {
    stopping.abort();
    return within(
      { clock: systemClock, ms: stopBounds.shareMs },
      () => running.then(leave),
      () => undefined,
    );
  });
}
