import type { Background } from './core-services.ts';
import type { Clock } from '../ports/clock.ts';
import type { Log } from '../ports/log.ts';
import { within } from './within.ts';

/** Tracks work that outlives its message, so that a stopping process can finish it. */
export function createBackground(clock: Clock, log: Log): Background {
  const running = new Set<Promise<unknown>>();
  return {
    track: (work) => {
      const tracked: Promise<unknown> = work
        .catch((cause: unknown) => log.warn('background work failed; its timer repeats it', {}, cause))
        .finally(() => running.delete(tracked));
      running.add(tracked);
    },
    drained: (boundMs) =>
      within({ clock, ms: boundMs }, async (over) => {
        // Tracked work may begin more, such as the publishing of its save.
        while (running.size > 0 && !over.aborted) await Promise.all([...running]);
      }),
  };
}
