import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { assertRestored, createEpochs } from '../../../src/adapters/mongo/epochs.ts';
import type { DeclaredRestore } from '../../../src/application/ports/epochs.ts';
import { noon } from '../../support/tariffs.ts';
import { openTestDatabase } from './test-database.ts';

let database: Awaited<ReturnType<typeof openTestDatabase>>;
beforeEach(async () => {
  database = await openTestDatabase();
});
afterEach(() => database.close());

test('a service starts where no restore was declared, and after one that is complete', async () => {
  const epochs = createEpochs(database.models);
  expect(await epochs.load()).toBeNull();
  assertRestored(await epochs.load());
  const declared: DeclaredRestore = {
    ...{ restoredAt: noon - 2, upAt: noon, stoppedAt: noon - 1, completedAt: null },
    ...{ refundsRecalledTo: noon - 3, recalledTo: noon - 4, earlier: [17], isReadModelBack: true },
    unrecalled: [
      { userId: 'u', object: 'payment', id: 'p' },
      { userId: 'v', object: null, id: null },
    ],
  };
  await epochs.save(declared);
  expect(await epochs.load()).toEqual(declared);
  const open = await epochs.load();
  expect(() => {
    assertRestored(open);
  }).toThrow('npm run restored -- --at');
  await epochs.save({ ...declared, recalledTo: noon, completedAt: noon + 1 });
  assertRestored(await epochs.load());
});
