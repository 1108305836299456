import { MongoJobRepository } from '@agendajs/mongo-backend';
import { expect, test } from '@jest/globals';
import { createAgendaIndexes } from '../../../src/adapters/agenda/agenda-store.ts';
import { startScheduler } from '../../../src/adapters/agenda/scheduler.ts';
import { job, openDatabase, pushedClock, recordingLog, until } from './fixture.ts';

type Wanted = Parameters<MongoJobRepository['getNextJobToRun']>;
type Lock = (this: MongoJobRepository, ...wanted: Wanted) => ReturnType<MongoJobRepository['getNextJobToRun']>;

/** Longer than a lock lives. */
const lateMs = 20_000;

test('a job whose lock the database has granted too late runs all the same', async () => {
  const database = await openDatabase();
  await createAgendaIndexes(database.url);
  const { clock, push } = pushedClock();
  const log = recordingLog();
  const repository = MongoJobRepository.prototype as { getNextJobToRun: Lock };
  const { getNextJobToRun } = repository;
  let lateAnswers = 0;
  repository.getNextJobToRun = async function late(...wanted) {
    const found = await getNextJobToRun.apply(this, wanted);
    if (found === undefined || lateAnswers > 0) return found;
    lateAnswers += 1;
    push(lateMs);
    const lockedAt = new Date(Date.now() - lateMs);
    await database.documents.updateOne({ name: 'sweep' }, { $set: { lockedAt } });
    return { ...found, lockedAt };
  };
  const jobs = [job('sweep', () => Promise.resolve({}))];
  const scheduler = await startScheduler({
    ...{ jobs, services: undefined, mongoUrl: database.url },
    ...{ log: log.log, clock },
  });
  try {
    await until(() => (scheduler.runs()[0]?.runs ?? 0) >= 2);
    expect(lateAnswers).toBe(1);
    expect(log.lines).toContainEqual({
      ...{ level: 'warn', message: 'A job was locked too late, and is tried again', fields: { job: 'sweep' } },
    });
  } finally {
    repository.getNextJobToRun = getNextJobToRun;
    await scheduler.stop(5_000);
    await database.drop();
  }
});
