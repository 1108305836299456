import type { Agenda } from 'agenda';
import type { AgendaStore } from './agenda-store.ts';

export type Schedule = { readonly name: string; readonly everyMs: number };

/** Agenda looks for due jobs twice a second (scheduler.ts); what is due more often would be late every time. */
const everyMsMin = 1_000;
/** Beyond a day it is no sweep; a slip of the unit (seconds for milliseconds) is likelier. */
const everyMsMax = 86_400_000;
const duplicateKey = 11_000;

/** Agenda itself would take a nonsense interval without a word and never run the job. */
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
 * Creates the document of each job that has none, and gives a changed interval to the one that is there. Never by
 * `every()`, which at each start would unlock a job that runs in another process and forget when it last ran.
 */
export async function ensureJobs(agenda: Agenda, store: AgendaStore, schedules: readonly Schedule[]): Promise<void> {
  for (const { name, everyMs } of schedules) {
    await createIfAbsent(agenda, name, everyMs);
    await store.collection.updateOne(
      { name, repeatInterval: { $ne: everyMs } },
      // Due at once, or a job that was daily yesterday would wait for tomorrow; its lock is left to who holds it.
      { $set: { repeatInterval: everyMs, nextRunAt: new Date(0) } },
    );
  }
}

async function createIfAbsent(agenda: Agenda, name: string, everyMs: number): Promise<void> {
  try {
    await agenda.create(name).unique({ name }, { insertOnly: true }).repeatEvery(everyMs).save();
  } catch (error) {
    // Another process was first, which is as good.
    if (!(error instanceof Error && 'code' in error && error.code === duplicateKey)) throw error;
  }
}
