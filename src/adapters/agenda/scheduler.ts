import { randomUUID } from 'node:crypto';
import { hostname } from 'node:os';
import { Agenda, type Job } from 'agenda';
import type { Clock } from '../../application/ports/clock.ts';
import type { JobDeclaration } from '../../application/ports/job.ts';
import type { Log } from '../../application/ports/log.ts';
import { within } from '../../application/services/within.ts';
import { type AgendaStore, openAgendaStore, refuseMissingIndexes, releaseLocks } from './agenda-store.ts';
import { ensureJobs, refuseWrongSchedules } from './ensure-jobs.ts';
import { type JobRun, type JobRuns, createJobRuns } from './job-runs.ts';
import { dropLateLocks } from './late-locks.ts';
import { tendJobs } from './tend-jobs.ts';
import { watchStore } from './watch-store.ts';

export type SchedulerOptions<Services> = {
  readonly jobs: readonly JobDeclaration<Services>[];
  readonly services: Services;
  readonly mongoUrl: string;
  readonly log: Log;
  readonly clock: Clock;
};

export type Scheduler = {
  readonly runs: () => readonly JobRun[];
  /** How often the jobs' documents could not be read or written. */
  readonly storeErrors: () => number;
  /** False when a job has run for too long, or for too long was not polled for or did not run in any process. */
  readonly isAlive: () => boolean;
  /**
   * Starts no further run, waits at most `timeoutMs` for running jobs, and releases the other locks. Timers of Agenda keep
   * the process alive for some seconds, so the caller must end it.
   */
  readonly stop: (timeoutMs: number) => Promise<void>;
};

/** Half the shortest interval, so that a job of every second is found in time. */
const pollEveryMs = 500;
/**
 * The jobs of a killed process stay locked for this time and do not run. Short, because a late announcement does harm and
 * a repeated one does not. A run that takes longer renews its lock.
 */
const lockMs = 15_000;
const renewLockEveryMs = lockMs / 3;
/** A producer gives up after 2 minutes; a batch that takes five times as long is stuck. */
const runMsMax = 600_000;
/** Agenda polls during an outage of the database too; after sixty missed polls the process is stuck. */
const silenceMsMax = 60 * pollEveryMs;
/** A job that has missed so many runs, in every process, is stuck. */
const runsMissedMax = 10;
/** Locks that are not released by then expire by themselves: the process has to end. */
export const releaseMsMax = 2_000;

/** Runs the declared jobs. Locks keep each in one process at a time; should one fail, a second run does no harm. */
export async function startScheduler<Services>(options: SchedulerOptions<Services>): Promise<Scheduler> {
  const { jobs, services, log, clock } = options;
  refuseWrongSchedules(jobs);
  const names = jobs.map(({ name }) => name);
  const store = await openAgendaStore(options.mongoUrl);
  dropLateLocks(store, lockMs, { log, clock });
  const tended = tendJobs(store, jobs, { log, clock });
  const watch = watchStore(store, log, clock);
  const runs = createJobRuns(names, log, clock);
  const agenda = createAgenda(store);
  agenda.on('error', watch.failed);
  for (const job of jobs) {
    const work = () =>
      runs.runOnce(job, services).finally(() => {
        watch.ended(job.name);
        tended.ended(job.name);
      });
    agenda.define(job.name, (run: Job) => keepingLock(run, work), {
      concurrency: 1,
      lockLimit: 1,
      lockLifetime: lockMs,
    });
  }
  try {
    await refuseMissingIndexes(store);
    await ensureJobs(agenda, store, jobs);
    await agenda.start();
  } catch (error) {
    await store.disconnect();
    throw error;
  }
  return {
    runs: runs.all,
    storeErrors: watch.errors,
    isAlive: () => {
      const running = runs.runningMs();
      return jobs.every(({ name, everyMs }) => {
        const runMs = running.get(name);
        if (runMs !== undefined) return runMs < runMsMax;
        const stillMsMax = Math.max(runsMissedMax * everyMs, silenceMsMax);
        return watch.silentMs(name) < silenceMsMax && tended.stillMs(name) < stillMsMax;
      });
    },
    stop: (timeoutMs) => stop({ agenda, store, runs, log, clock }, timeoutMs),
  };
}

/** The store is connected already: Agenda's own way of connecting makes an unhandled rejection of every failure. */
function createAgenda(repository: AgendaStore): Agenda {
  const nothing = () => Promise.resolve();
  const backend = { name: 'MongoDB', repository, ownsConnection: false, connect: nothing, disconnect: nothing };
  // Locks carry this name, so it must be unique for each process.
  return new Agenda({ backend, name: `${hostname()}:${process.pid}:${randomUUID()}`, processEvery: pollEveryMs });
}

async function keepingLock(run: Job, work: () => Promise<void>): Promise<void> {
  let renewal = Promise.resolve();
  const renew = (): void => {
    // A renewal that fails costs at most a second run elsewhere, which is harmless.
    renewal = run.touch().catch(() => undefined);
  };
  const timer = setInterval(renew, renewLockEveryMs);
  try {
    await work();
  } finally {
    clearInterval(timer);
    // Agenda unlocks next. A renewal after that would lock a job that does not run.
    await renewal;
  }
}

type Parts = {
  readonly agenda: Agenda;
  readonly store: AgendaStore;
  readonly runs: JobRuns;
  readonly log: Log;
  readonly clock: Clock;
};

async function stop({ agenda, store, runs, log, clock }: Parts, timeoutMs: number): Promise<void> {
  const { timedOut } = await agenda.drain({ timeout: timeoutMs, closeConnection: false });
  const running = [...runs.runningMs().keys()];
  if (timedOut)
    log.warn('Jobs were still at work when they had to end', { job: running.join(' '), count: running.length });
  const released = releaseLocks(store, agenda.attrs.name ?? '', running).catch((error: unknown) => {
    log.warn('The locks of the jobs could not be released', {}, error);
  });
  await within({ clock, ms: releaseMsMax }, () => released);
  await store.disconnect();
}
