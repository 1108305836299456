import { systemClock } from '../adapters/system/clock.ts';
import { randomId } from '../adapters/system/ids.ts';
import type { SharedCounts } from '../application/ports/shared-counts.ts';
import { type CountSharing, createCountSharing } from '../application/services/count-sharing.ts';
import type { Closers } from './closers.ts';
import { runUntilClosed } from './run-until-closed.ts';

/** Counts requests together with the other API processes, until the process ends. */
export function shareCounts(counts: SharedCounts, closers: Closers): CountSharing {
  const id = randomId();
  const sharing = createCountSharing(counts, { clock: systemClock, id });
  runUntilClosed(closers, { name: 'shared counts', run: sharing.run, leave: () => counts.leave(id) });
  return sharing;
}
