import { systemClock } from '../adapters/system/clock.ts';
import { randomId } from '../adapters/system/ids.ts';
import type { SharedCounts } from '../application/ports/shared-counts.ts';
import { type CountSharing, createCountSharing } from '../application/services/count-sharing.ts';
import { within } from '../application/services/within.ts';
import type { Closers } from './closers.ts';
import { stopBounds } from './stop-bounds.ts';

/** Counts requests together with the other API processes, until the process ends. */
export function shareCounts(counts: SharedCounts, closers: Closers): CountSharing {
  const id = randomId();
  const sharing = createCountSharing(counts, { clock: systemClock, id });
  const stopping = new AbortController();
  const running = sharing.run(stopping.signal);
  closers.add('shared counts', () => {
    stopping.abort();
    const leave = () => running.then(() => counts.leave(id));
    return within({ clock: systemClock, ms: stopBounds.shareMs }, leave, () => undefined);
  });
  return sharing;
}
