import type { Clock } from '../../application/ports/clock.ts';
import type { Log } from '../../application/ports/log.ts';
import type { AgendaStore } from './agenda-store.ts';
import type { Schedule } from './ensure-jobs.ts';

/** Clocks of machines differ by seconds; what lies further ahead was written by one that is wrong. */
const aheadMsMax = 15_000;
/** The documents are few, but each look would be twice a second and job. */
const tendEveryMs = 5_000;

export type JobsTended = {
  /** A run in this process has just ended. */
  readonly ended: (job: string) => void;
  /** For how long nothing has become of the job in any process: no run, and no lock renewed. Outages do not count. */
  readonly stillMs: (job: string) => number;
};

/**
 * A clock that is ahead leaves locks and due times in the future, and the job would stand still until every clock gets
 * there: both are set right. A process whose own clock is behind takes locks of others for such, which costs a run more.
 */
async function leaveTheFuture(store: AgendaStore, { name, everyMs }: Schedule, nowMs: number): Promise<number> {
  const after = (ms: number) => ({ $gt: new Date(nowMs + ms) });
  const locked = await store.collection.updateMany({ name, lockedAt: after(aheadMsMax) }, { $set: { lockedAt: null } });
  const postponed = await store.collection.updateMany(
    { name, nextRunAt: after(everyMs + aheadMsMax) },
    { $set: { nextRunAt: new Date(nowMs) } },
  );
  return locked.modifiedCount + postponed.modifiedCount;
}

/** Sees to the documents of the jobs before looks for what is due, and notes which of them still change. */
export function tendJobs(
  store: AgendaStore,
  schedules: readonly Schedule[],
  { log, clock }: { readonly log: Log; readonly clock: Clock },
): JobsTended {
  const seen = new Map<string, string>();
  const changedMs = new Map<string, number>();
  let tendedMs = Number.NEGATIVE_INFINITY;
  let awayMs = clock.monotonicMs();

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
      const count = await leaveTheFuture(store, schedule, clock.now());
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
      // While the database is away nothing can become of a job, and that is no fault of this process.
      awayMs = clock.monotonicMs();
      throw error;
    }
  };
  return {
    ended: changed,
    stillMs: (job) => clock.monotonicMs() - Math.max(awayMs, changedMs.get(job) ?? awayMs),
  };
}
