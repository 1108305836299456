import { timetable } from '../../../jobs/timetable.ts';
import { minuteMs, secondMs } from '../../../src/domain/model/instant.ts';
import { Fault } from '../../../src/application/ports/faults.ts';
import type { StoreDocument } from '../../fakes/store-document.ts';
import type { Worker } from './worker.ts';
import type { Database } from './database.ts';
import type { Scheduled } from './scheduler.ts';
import type { World } from './world.ts';

export type JobProcess = {
  /** Plans the next run anew, after a document or the clock has changed. */
  readonly replan: () => void;
};

/** As in sweep-outbox.ts; it only decides when a run could find something. */
const leftoverAfterMs = 10 * secondMs;
/** A job that cannot do its work is tried again, at growing intervals up to this one. */
const pauseMsMax = minuteMs;

const dueAt = ({ announce: { business, real, notBefore }, outbox: [oldest] }: StoreDocument): number =>
  Math.min(
    Math.max(Math.min(business?.at ?? Infinity, real?.at ?? Infinity), notBefore ?? 0),
    (oldest?.at ?? Infinity) + leftoverAfterMs,
  );

/** The jobs of one process. Runs that would find nothing are skipped, so that months pass in few steps. */
export function startJobs(world: World, database: Database, { machine, services }: Worker): JobProcess {
  const { scheduler, random } = world;
  const jobs = world.comparesBooks ? timetable : timetable.filter(({ name }) => !name.startsWith('reconcile-'));
  let planned: Scheduled | null = null;
  let plannedAt = Infinity;
  let isRunning = false;
  let pauseMs: number = secondMs;

  const findsFrom = (): number => {
    let due = Infinity;
    for (const document of database.documents.values()) due = Math.min(due, dueAt(document));
    return due + services.policy.clockSkewMs;
  };
  const plan = (leastMs: number): void => {
    const inMs = Math.max(findsFrom() - machine.clock.now(), leastMs) + random.integer(0, secondMs);
    if (!Number.isFinite(inMs) || isRunning || scheduler.now() + inMs >= plannedAt) return;
    planned?.cancel();
    plannedAt = scheduler.now() + inMs;
    planned = scheduler.after(Math.ceil(inMs), () => void run(), machine);
  };
  const run = async (): Promise<void> => {
    plannedAt = Infinity;
    // The planned work is mostly done by now: an outbox is empty long before its entries count as leftovers.
    if (findsFrom() > machine.clock.now()) {
      plan(0);
      return;
    }
    isRunning = true;
    const before = services.clock.monotonicMs();
    for (const job of jobs) {
      try {
        await job.run(services);
      } catch (error) {
        // The real scheduler would run it again soon. Any error but an outage is a bug.
        if (!(error instanceof Fault)) world.breach('a job throws', null, String(error));
      }
    }
    isRunning = false;
    const isLate = [...database.documents.values()].some((document) => dueAt(document) <= machine.clock.now());
    pauseMs = isLate && services.clock.monotonicMs() > before ? Math.min(pauseMs * 2, pauseMsMax) : secondMs;
    plan(pauseMs);
  };
  plan(0);
  return { replan: () => plan(0) };
}
