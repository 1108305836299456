import type { Clock } from '../../application/ports/clock.ts';
import type { Log } from '../../application/ports/log.ts';
import type { AgendaStore } from './agenda-store.ts';

export type StoreWatch = {
  readonly failed: (error: unknown) => void;
  readonly errors: () => number;
  /** Agenda has ended a run of this job, and polls for the next one from now on. */
  readonly ended: (job: string) => void;
  /** How long Agenda has not polled for this job. It polls in an outage too, so silence means a stuck process. */
  readonly silentMs: (job: string) => number;
};

/** Records every poll for due jobs, and logs an outage once at its beginning and once at its end. */
export function watchStore(store: AgendaStore, log: Log, clock: Clock): StoreWatch {
  const beganMs = clock.monotonicMs();
  const polledMs = new Map<string, number>();
  let errors = 0;
  let isUnavailable = false;

  const ended = (job: string): void => void polledMs.set(job, clock.monotonicMs());
  const failed = (error: unknown): void => {
    errors += 1;
    if (!isUnavailable) log.warn('The jobs cannot be read or kept', {}, error);
    isUnavailable = true;
  };
  const getNextJob = store.getNextJobToRun.bind(store);
  store.getNextJobToRun = async (job, ...wanted) => {
    ended(job);
    const found = await getNextJob(job, ...wanted);
    if (isUnavailable) log.info('The jobs can be read again');
    isUnavailable = false;
    return found;
  };
  // Agenda does not await this call, so its rejection would end the process.
  const unlock = store.unlockJob.bind(store);
  store.unlockJob = (job) => unlock(job).catch(failed);

  return {
    failed,
    errors: () => errors,
    ended,
    silentMs: (job) => clock.monotonicMs() - (polledMs.get(job) ?? beganMs),
  };
}
