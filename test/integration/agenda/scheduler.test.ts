import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { createAgendaIndexes } from '../../../src/adapters/agenda/agenda-store.ts';
import { type Scheduler, startScheduler } from '../../../src/adapters/agenda/scheduler.ts';
import { systemClock } from '../../../src/adapters/system/clock.ts';
import { Fault } from '../../../src/application/ports/faults.ts';
import type { JobDeclaration } from '../../../src/application/ports/job.ts';
import { cuttable, gate, job, openDatabase, pushedClock, recordingLog, until } from './fixture.ts';

type Database = Awaited<ReturnType<typeof openDatabase>>;

let database: Database;
let log: ReturnType<typeof recordingLog>;
let started: Scheduler[];
let cleanUp: (() => void)[];

beforeEach(async () => {
  database = await openDatabase();
  await createAgendaIndexes(database.url);
  log = recordingLog();
  started = [];
  cleanUp = [];
});

afterEach(async () => {
  await Promise.all(started.map((scheduler) => scheduler.stop(5_000)));
  for (const close of cleanUp) close();
  await database.drop();
});

async function start(jobs: readonly JobDeclaration<undefined>[], options = {}): Promise<Scheduler> {
  const base = { jobs, services: undefined, mongoUrl: database.url, log: log.log, clock: systemClock };
  const scheduler = await startScheduler({ ...base, ...options });
  started.push(scheduler);
  return scheduler;
}
const documentOf = (name: string) => database.documents.findOne({ name });
const runsOf = (scheduler: Scheduler, name: string): number =>
  scheduler.runs().find((run) => run.job === name)?.runs ?? 0;

test('a job of every second runs again and again, with the services, and its counts are kept', async () => {
  const found: string[] = [];
  const work = job<{ readonly due: string }>('announce-due', ({ due }) => {
    found.push(due);
    return Promise.resolve({ found: found.length });
  });
  const scheduler = await startScheduler({
    jobs: [work],
    services: { due: 'injected' },
    mongoUrl: database.url,
    log: log.log,
    clock: systemClock,
  });
  started.push(scheduler);
  await until(() => runsOf(scheduler, 'announce-due') >= 3);
  expect(found.slice(0, 3)).toEqual(['injected', 'injected', 'injected']);
  expect(scheduler.runs()[0]).toMatchObject({ failures: 0, lastCounts: { found: expect.any(Number) } });
  expect(scheduler.isAlive()).toBe(true);
});

test('processes that start together create one document for a job', async () => {
  const jobs = [job('sweep', () => Promise.resolve({}))];
  await Promise.all([start(jobs), start(jobs), start(jobs)]);
  expect(await database.documents.countDocuments({ name: 'sweep' })).toBe(1);
});

test('a starting process does not touch a job that runs in another', async () => {
  const [begun, ended] = [gate(), gate()];
  await start([
    job('sweep', async () => {
      begun.open();
      await ended.opened;
      return {};
    }),
  ]);
  await begun.opened;
  const before = await documentOf('sweep');
  const second = await start([job('sweep', () => Promise.resolve({})), job('other', () => Promise.resolve({}))]);
  await until(() => runsOf(second, 'other') >= 3);
  expect(runsOf(second, 'sweep')).toBe(0);
  const after = await documentOf('sweep');
  expect(after?.['lastRunAt']).toEqual(before?.['lastRunAt']);
  expect(after?.['lockedAt']).toEqual(expect.any(Date));
  ended.open();
});

test('a job that was created before keeps its next run, and uses a changed interval at once', async () => {
  const first = await start([job('sweep', () => Promise.resolve({}), 3_600_000)]);
  await until(() => runsOf(first, 'sweep') === 1);
  await first.stop(5_000);
  const same = await start([job('sweep', () => Promise.resolve({}), 3_600_000)]);
  expect((await documentOf('sweep'))?.['lastRunAt']).toEqual(expect.any(Date));
  await same.stop(5_000);
  const changed = await start([job('sweep', () => Promise.resolve({}), 1_000)]);
  await until(() => runsOf(changed, 'sweep') >= 2);
  expect(runsOf(same, 'sweep')).toBe(0);
  expect(await database.documents.find().toArray()).toMatchObject([{ name: 'sweep', repeatInterval: 1_000 }]);
});

test('a job that throws is logged and counted, and runs again', async () => {
  const scheduler = await start([
    job('transient', () =>
      Promise.reject(new Fault('kafka_unreachable', 'no broker answered', { retryable: true, cause: new Error('x') })),
    ),
    job('broken', () => Promise.reject(new Error('undefined is not a function'))),
  ]);
  await until(() => runsOf(scheduler, 'transient') >= 2 && runsOf(scheduler, 'broken') >= 2);
  const failures = scheduler.runs().map((run) => run.failures === run.runs);
  expect(failures).toEqual([true, true]);
  expect(log.lines).toEqual(
    expect.arrayContaining([
      { level: 'warn', message: 'Job postponed', fields: { job: 'transient', code: 'kafka_unreachable' } },
      { level: 'error', message: 'Job failed', fields: { job: 'broken' } },
    ]),
  );
  expect(scheduler.isAlive()).toBe(true);
  // The text of an error may be personal data, so the documents must not hold it.
  expect(await documentOf('broken')).toMatchObject({ failReason: null });
});

test('stopping waits for running jobs, starts no other and unlocks them all', async () => {
  const [begun, ended] = [gate(), gate()];
  let runs = 0;
  const scheduler = await start([
    job('slow', async () => {
      runs += 1;
      begun.open();
      await ended.opened;
      return { done: 1 };
    }),
    job('waiting', () => Promise.resolve({})),
  ]);
  await begun.opened;
  let hasStopped = false;
  const stopping = scheduler.stop(60_000).then(() => void (hasStopped = true));
  await until(async () => (await documentOf('waiting'))?.['lastFinishedAt'] !== null);
  expect(hasStopped).toBe(false);
  ended.open();
  await stopping;
  expect(runs).toBe(1);
  expect(scheduler.runs()).toMatchObject([{ job: 'slow', lastCounts: { done: 1 } }, {}]);
  expect(await database.documents.countDocuments({ lockedAt: { $ne: null } })).toBe(0);
});

test('stopping gives up on a job that does not end, and does not unlock it', async () => {
  const [begun, never] = [gate(), gate()];
  const scheduler = await start([
    job('stuck', async () => {
      begun.open();
      await never.opened;
      return {};
    }),
  ]);
  await begun.opened;
  await scheduler.stop(50);
  expect(log.lines).toContainEqual(expect.objectContaining({ level: 'warn', fields: { job: 'stuck', count: 1 } }));
  expect((await documentOf('stuck'))?.['lockedAt']).toEqual(expect.any(Date));
  never.open();
});

test('the lock of a killed process expires', async () => {
  const first = await start([job('sweep', () => Promise.resolve({}))]);
  await until(() => runsOf(first, 'sweep') === 1);
  await first.stop(5_000);
  await database.documents.updateOne({}, { $set: { lockedAt: new Date(Date.now() - 20_000), lastModifiedBy: 'dead' } });
  const second = await start([job('sweep', () => Promise.resolve({}))]);
  await until(() => runsOf(second, 'sweep') >= 1);
});

test.each([
  ['locked', { lockedAt: new Date(Date.now() + 7_200_000), lastModifiedBy: 'dead' }],
  ['due', { nextRunAt: new Date(Date.now() + 7_200_000) }],
])('a job that is %s by a clock two hours ahead runs all the same', async (_name, left) => {
  const first = await start([job('sweep', () => Promise.resolve({}))]);
  await until(() => runsOf(first, 'sweep') === 1);
  await first.stop(5_000);
  await database.documents.updateOne({}, { $set: left });
  const second = await start([job('sweep', () => Promise.resolve({}))]);
  await until(() => runsOf(second, 'sweep') >= 2);
  expect(log.lines).toContainEqual(expect.objectContaining({ level: 'warn', fields: { job: 'sweep' } }));
});

test('a lock of a process at work, and a job that is due in its time, are not touched', async () => {
  const [begun, ended] = [gate(), gate()];
  await start([
    job('slow', async () => {
      begun.open();
      await ended.opened;
      return {};
    }),
    job('daily', () => Promise.resolve({}), 86_400_000),
  ]);
  await begun.opened;
  const spare = await start([
    job('slow', () => Promise.resolve({})),
    job('daily', () => Promise.resolve({}), 86_400_000),
    job('other', () => Promise.resolve({})),
  ]);
  await until(() => runsOf(spare, 'other') >= 8);
  expect([runsOf(spare, 'slow'), runsOf(spare, 'daily')]).toEqual([0, 0]);
  ended.open();
}, 120_000);

test('a job that runs nowhere any more is not alive, although the scheduler searches for it', async () => {
  const { clock, push } = pushedClock();
  const nothing = () => Promise.resolve({});
  const scheduler = await start([job('sweep', nothing), job('other', nothing)], { clock });
  const moreRunsOf = async (name: string): Promise<void> => {
    const before = runsOf(scheduler, name);
    await until(() => runsOf(scheduler, name) >= before + 2);
  };
  await moreRunsOf('sweep');
  await database.documents.updateOne({ name: 'sweep' }, { $set: { disabled: true } });
  await moreRunsOf('other');
  expect(scheduler.isAlive()).toBe(true);
  for (let count = 0; count < 3; count += 1) {
    push(20_000);
    await moreRunsOf('other');
  }
  expect(scheduler.isAlive()).toBe(false);
  await database.documents.updateOne({ name: 'sweep' }, { $set: { disabled: false } });
  await moreRunsOf('sweep');
  push(6_000);
  await moreRunsOf('other');
  expect(scheduler.isAlive()).toBe(true);
}, 120_000);

test('an outage of the database is logged once at its begin and once at its end', async () => {
  const proxy = await cuttable(database.url);
  cleanUp.push(proxy.close);
  const scheduler = await start([job('sweep', () => Promise.resolve({}))], { mongoUrl: proxy.url });
  await until(() => runsOf(scheduler, 'sweep') >= 1);
  proxy.cut();
  await until(() => scheduler.storeErrors() >= 3);
  expect(scheduler.isAlive()).toBe(true);
  const before = runsOf(scheduler, 'sweep');
  proxy.reconnect();
  await until(() => runsOf(scheduler, 'sweep') > before);
  expect(log.lines.slice(0, 2).map(({ level, message }) => `${level}: ${message}`)).toEqual([
    'warn: The jobs cannot be read or kept',
    'info: The jobs can be read again',
  ]);
}, 60_000);

test('a run that never ends, or silence, is not alive', async () => {
  const [begun, never] = [gate(), gate()];
  const { clock, push } = pushedClock();
  const scheduler = await start(
    [
      job('stuck', async () => {
        begun.open();
        await never.opened;
        return {};
      }),
    ],
    { clock },
  );
  await begun.opened;
  push(60_000);
  expect(scheduler.isAlive()).toBe(true);
  push(600_000);
  expect(scheduler.isAlive()).toBe(false);
  never.open();
  await until(() => runsOf(scheduler, 'stuck') === 1);
  expect(scheduler.isAlive()).toBe(true);
  await scheduler.stop(5_000);
  push(60_000);
  expect(scheduler.isAlive()).toBe(false);
});

test('an address at which no database listens is refused with a reason', async () => {
  const unreachable = 'mongodb://127.0.0.1:1/billing?directConnection=true';
  await expect(start([], { mongoUrl: unreachable })).rejects.toMatchObject({
    code: 'mongodb_unreachable',
    retryable: true,
  });
}, 30_000);

test('jobs do not start before the deploy step has made their index', async () => {
  await database.documents.drop();
  await expect(start([])).rejects.toMatchObject({ code: 'index_missing', retryable: false });
});

test.each([[0], [999], [1_000.5], [Number.NaN], [86_400_001]])('an interval of %p ms is refused', async (everyMs) => {
  await expect(start([job('sweep', () => Promise.resolve({}), everyMs)])).rejects.toThrow('everyMs of sweep');
});

test('two jobs of one name are refused', async () => {
  const one = job('sweep', () => Promise.resolve({}));
  await expect(start([one, one])).rejects.toThrow('Two jobs are called sweep');
});
