import type { Agenda } from 'agenda';
import type { AgendaStore } from './agenda-store.ts';

export type Schedule = { readonly name: string; readonly everyMs: number };

/** Agenda polls for due jobs twice a second (scheduler.ts), so a shorter interval would always be late. */
const everyMsMin = 1_000;
/** No job runs less than daily; a larger number is likelier a wrong unit. */
const everyMsMax = 86_400_000;
const duplicateKey = 11_000;

/** Agenda accepts a wrong interval silently and then never runs the job. */
export function refuseWrongSchedules(schedules: readonly Schedule[]): void {
  const names = schedules.map(({ name }) => name);
  const twice = names.find((name, index) => names.indexOf(name) !== index);
  if (twice !== undefined) throw new Error(`Two jobs are called ${twice}`);
  for (const { name, everyMs } of schedules) {
    if (Number.isInteger(everyMs) && everyMs >= everyMsMin && everyMs <= everyMsMax) continue;
    throw new Error(`everyMs of ${name} must be a whole number from ${everyMsMin} to ${everyMsMax}`);
  }
}

/**
 * Creates missing documents of jobs and updates changed intervals. Not with `every()`: at each start it would unlock a job
 * that runs in another process and forget when the job last ran.
 */
export async function ensureJobs(agenda: Agenda, store: AgendaStore, schedules: readonly Schedule[]): Promise<void> {
  for (const { name, everyMs } of schedules) {
    await createIfAbsent(agenda, name, everyMs);
    await store.collection.updateOne(
      { name, repeatInterval: { $ne: everyMs } },
      // Due at once, or a job that was daily would wait up to a day. The holder of its lock keeps it.
      { $set: { repeatInterval: everyMs, nextRunAt: new Date(0) } },
    );
  }
}

async function createIfAbsent(agenda: Agenda, name: string, everyMs: number): Promise<void> {
  try {
    await agenda.create(name).unique({ name }, { insertOnly: true }).repeatEvery(everyMs).save();
  } catch (error) {
    // Another process has created it.
    if (!(error instanceof Error && 'code' in error && error.code === duplicateKey)) throw error;
  }
}
