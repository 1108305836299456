import type { Clock } from '../../application/ports/clock.ts';
import type { Log } from '../../application/ports/log.ts';
import type { AgendaStore } from './agenda-store.ts';

/**
 * A lock is as old as the question for it. Where a database that changes its primary answers late, Agenda finds the lock expired before
 * the job begins, forgets the job, and counts it as locked for ever: it never polls for it again. So a late answer counts as none. Its
 * lock expires, and a later poll takes the job.
 */
export function dropLateLocks(
  store: AgendaStore,
  lockMs: number,
  { log, clock }: { readonly log: Log; readonly clock: Clock },
): void {
  const getNextJob = store.getNextJobToRun.bind(store);
  store.getNextJobToRun = async (job, ...wanted) => {
    const askedMs = clock.monotonicMs();
    const found = await getNextJob(job, ...wanted);
    // Half of its life is left for the wait until it is due, and for a busy process.
    if (found === undefined || clock.monotonicMs() - askedMs < lockMs / 2) return found;
    log.warn('A job was locked too late, and is tried again', { job });
    return undefined;
  };
}
