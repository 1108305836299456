import { pauseAfter } from '../../../application/services/pause-after.ts';
import type { RunnerSettings } from '../client/settings.ts';
import type { PartitionWork } from './partition-work.ts';

type Stopped = Pick<PartitionWork, 'partition' | 'position'>;

/** The pauses of stopped partitions: each doubles while its partition gets no further, like that of a blocked key. */
export function createStopPauses(settings: RunnerSettings) {
  const stops = new Map<number, { readonly position: bigint | null; readonly times: number }>();
  const pauses = { firstMs: settings.releaseFirstPauseMs, lastMs: settings.releaseLastPauseMs };
  return {
    next: (work: Stopped): number => {
      const position = work.position();
      const last = stops.get(work.partition);
      const times = last?.position === position ? last.times + 1 : 0;
      stops.set(work.partition, { position, times });
      return pauseAfter(times, pauses);
    },
    /** Called on a new assignment. */
    forget: () => stops.clear(),
  };
}
