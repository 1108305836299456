import { afterAll, beforeAll, beforeEach, expect, test } from '@jest/globals';
import { createProviderBudget } from '../../../src/adapters/mongo/provider-budget.ts';
import { connectMongo, type MongoConnection } from '../../../src/adapters/mongo/connection.ts';
import { createPacing } from '../../../src/adapters/yookassa/pacing.ts';
import { systemClock } from '../../../src/adapters/system/clock.ts';
import { createProviderShare } from '../../../src/application/services/provider-share.ts';
import { createLogRecorder } from '../../support/log-recorder.ts';
import { providerBudgetSuite } from '../../contract/provider-budget-suite.ts';
import { openTestDatabase } from './test-database.ts';

const answerMaxMs = 40_000;
let database: Awaited<ReturnType<typeof openTestDatabase>>;
beforeAll(async () => {
  database = await openTestDatabase();
});
beforeEach(async () => {
  await database.db.collection('provider_budget').deleteMany({});
});
afterAll(() => database.close());

providerBudgetSuite(
  () => createProviderBudget(database.models),
  (ms) => systemClock.wait(ms),
);

test('a member whose time is over by the clock of the server is dropped', async () => {
  const budget = createProviderBudget(database.models);
  const whole = { slots: 3, perSecond: 3 };
  const asks = (id: string) => ({ ...{ id, no: 1, rests: true }, share: whole, want: whole });
  await budget.renew(whole, asks('dead'), answerMaxMs);
  const rows = database.db.collection('provider_budget');
  await rows.updateOne({}, { $set: { 'members.0.until': new Date(Date.now() - 1_000) } });
  expect((await budget.renew(whole, asks('next'), answerMaxMs)).members).toEqual([asks('next')]);
});

test('four processes with a connection each find their shares, and never hold more than the whole', async () => {
  const whole = { slots: 20, perSecond: 20 };
  const log = createLogRecorder();
  const connections: MongoConnection[] = [];
  const open = async (id: string) => {
    const connection = await connectMongo({ url: database.url, serverSelectionTimeoutMs: 10_000 });
    connections.push(connection);
    const budget = createProviderBudget(connection.models);
    const share = createProviderShare({ budget, clock: systemClock, log, id, whole, rests: true, answerMaxMs });
    return { share, pacing: createPacing(share.now, systemClock) };
  };
  try {
    const processes = await Promise.all(['a', 'b', 'c', 'd'].map(open));
    const held = (): number => processes.reduce((sum, { share }) => sum + share.now().slots, 0);
    for (let round = 0; round < 12; round += 1) {
      await Promise.all(
        processes.map(async ({ share, pacing }) => {
          // As many calls as it may; they are over before the next round, so what it holds is free to go to others.
          const calls = [];
          for (let slot = pacing.reserve(); slot !== null; slot = pacing.reserve()) calls.push(slot);
          await share.renew(pacing.takeDemand);
          expect(held()).toBeLessThanOrEqual(whole.slots);
          for (const call of calls) call.release();
        }),
      );
    }
    expect(processes.map(({ share }) => share.now().slots)).toEqual([5, 5, 5, 5]);
  } finally {
    await Promise.all(connections.map((connection) => connection.close()));
  }
});
