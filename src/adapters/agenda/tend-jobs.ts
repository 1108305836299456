import type { Clock } from '../../application/ports/clock.ts';
import type { Log } from '../../application/ports/log.ts';
import type { AgendaStore } from './agenda-store.ts';
import type { Schedule } from './ensure-jobs.ts';

/** Clocks of machines differ by seconds. A time further ahead was written by a wrong clock. */
const aheadMsMax = 15_000;
/** Not at every poll, of which each job has two a second. */
const tendEveryMs = 5_000;

export type JobsTended = {
  /** A run in this process has just ended. */
  readonly ended: (job: string) => void;
  /** How long the job has neither run nor renewed its lock, in any process. Outages do not count. */
  readonly stillMs: (job: string) => number;
};

/**
 * A machine whose clock is ahead writes locks and due times in the future, and the job would not run until then. Both are
 * reset. A process whose own clock is behind resets valid locks too, which costs one more run.
 */
async function resetFutureTimes(store: AgendaStore, { name, everyMs }: Schedule, nowMs: number): Promise<number> {
  const after = (ms: number) => ({ $gt: new Date(nowMs + ms) });
  const locked = await store.collection.updateMany({ name, lockedAt: after(aheadMsMax) }, { $set: { lockedAt: null } });
  const postponed = await store.collection.updateMany(
    { name, nextRunAt: after(everyMs + aheadMsMax) },
    { $set: { nextRunAt: new Date(nowMs) } },
  );
  return locked.modifiedCount + postponed.modifiedCount;
}

/** Repairs the documents of the jobs before polls, and records which of them still change. */
export function tendJobs(
  store: AgendaStore,
  schedules: readonly Schedule[],
  { log, clock }: { readonly log: Log; readonly clock: Clock },
): JobsTended {
  const seen = new Map<string, string>();
  const changedMs = new Map<string, number>();
  let tendedMs = Number.NEGATIVE_INFINITY;
  let outageMs = clock.monotonicMs();

  const changed = (job: string): void => void changedMs.set(job, clock.monotonicMs());
  const note = async (name: string): Promise<void> => {
    const found = await store.collection.findOne({ name }, { projection: { lastRunAt: 1, lockedAt: 1 } });
    const state = JSON.stringify([found?.lastRunAt, found?.lockedAt]);
    if (seen.get(name) !== state) changed(name);
    seen.set(name, state);
  };
  const tend = async (): Promise<void> => {
    for (const schedule of schedules) {
      const { name: job } = schedule;
      const count = await resetFutureTimes(store, schedule, clock.now());
      if (count > 0) log.warn('A job was locked or due by a clock that is ahead', { job });
      await note(job);
    }
  };
  const getNextJob = store.getNextJobToRun.bind(store);
  store.getNextJobToRun = async (...wanted) => {
    try {
      if (clock.monotonicMs() - tendedMs >= tendEveryMs) {
        tendedMs = clock.monotonicMs();
        await tend();
      }
      return await getNextJob(...wanted);
    } catch (error) {
      // No job can run while the database is unavailable. The outage must not count as a stuck job.
      outageMs = clock.monotonicMs();
      throw error;
    }
  };
  return {
    ended: changed,
    stillMs: (job) => clock.monotonicMs() - Math.max(outageMs, changedMs.get(job) ?? outageMs),
  };
}
