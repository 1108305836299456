import type { Background } from './core-services.ts';
import type { Clock } from './ports/clock.ts';
import type { Log } from './ports/log.ts';
import { within } from './within.ts';

/** Keeps sight of provider calls that a lane no longer waits for, so that a stopping process can finish what is in hand. */
export function createBackground(clock: Clock, log: Log): Background {
  const running = new Set<Promise<unknown>>();
  return {
    track: (work) => {
      const watched: Promise<unknown> = work
        .catch((cause: unknown) => log.warn('background work failed; its announcement repeats it', {}, cause))
        .finally(() => running.delete(watched));
      running.add(watched);
    },
    drained: (boundMs) =>
      within({ clock, ms: boundMs }, async (over) => {
        // What is waited for may begin more, such as the publishing of what it saved.
        while (running.size > 0 && !over.aborted) await Promise.all([...running]);
      }),
  };
}
