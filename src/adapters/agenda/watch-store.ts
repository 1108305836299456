import type { Clock } from '../../application/ports/clock.ts';
import type { Log } from '../../application/ports/log.ts';
import type { AgendaStore } from './agenda-store.ts';

export type StoreWatch = {
  readonly failed: (error: unknown) => void;
  readonly errors: () => number;
  /** Agenda is done with a run of this job, and looks for the next from now on. */
  readonly ended: (job: string) => void;
  /** Since when nobody has looked whether this job is due. It is asked in an outage too, so that silence is our fault. */
  readonly silentMs: (job: string) => number;
};

/** Notes every look for due jobs, and tells of an outage once when it begins and once when it is over. */
export function watchStore(store: AgendaStore, log: Log, clock: Clock): StoreWatch {
  const beganMs = clock.monotonicMs();
  const polledMs = new Map<string, number>();
  let errors = 0;
  let isAway = false;

  const ended = (job: string): void => void polledMs.set(job, clock.monotonicMs());
  const failed = (error: unknown): void => {
    errors += 1;
    if (!isAway) log.warn('The jobs cannot be read or kept', {}, error);
    isAway = true;
  };
  const getNextJob = store.getNextJobToRun.bind(store);
  store.getNextJobToRun = async (job, ...wanted) => {
    ended(job);
    const found = await getNextJob(job, ...wanted);
    if (isAway) log.info('The jobs can be read again');
    isAway = false;
    return found;
  };
  // Agenda does not wait for this one, so that its rejection would end the process.
  const unlock = store.unlockJob.bind(store);
  store.unlockJob = (job) => unlock(job).catch(failed);

  return {
    failed,
    errors: () => errors,
    ended,
    silentMs: (job) => clock.monotonicMs() - (polledMs.get(job) ?? beganMs),
  };
}
