import { expect, test } from '@jest/globals';
import { shareHeldMs } from '../../../src/application/ports/provider-budget.ts';
import { assertStopped, watchedMs } from '../../../src/application/restore/assert-stopped.ts';
import { createMemoryProviderBudget } from '../../fakes/provider-budget.ts';
import { createManualClock } from '../../support/manual-clock.ts';
import { noon } from '../../support/tariffs.ts';

const whole = { slots: 10, perSecond: 4 };
const answerMaxMs = 30_000;
const none = { slots: 0, perSecond: 0 };

/** The members that have renewed before the command looks, and those that renew while it does. */
async function restored(before: readonly string[], meanwhile: readonly string[]): Promise<void> {
  const clock = createManualClock(noon);
  const budget = createMemoryProviderBudget(clock.now);
  const renew = async (ids: readonly string[], no: number): Promise<void> => {
    for (const id of ids) await budget.renew(whole, { id, no, share: none, want: none, rests: false }, answerMaxMs);
  };
  await renew(before, 1);
  const asserted = assertStopped({ budget, clock: { wait: () => renew(meanwhile, 2) } }, 'own');
  clock.advance(watchedMs);
  await asserted;
}

test('a restore goes on where no process runs but its own', async () => {
  await restored(['own'], ['own']);
});

test('a killed process holds up no restore, though its share stays', async () => {
  expect(watchedMs).toBeLessThan(shareHeldMs(answerMaxMs));
  await restored(['own', 'killed'], ['own']);
});

test.each([
  ['one that ran before', ['own', 'api']],
  ['one that starts meanwhile', ['own']],
])('a restore is refused while an API or a jobs process renews its share: %s', async (_, before) => {
  await expect(restored(before, ['own', 'api'])).rejects.toMatchObject({ code: 'processes_running' });
});
