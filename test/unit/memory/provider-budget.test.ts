import { describe, expect, test } from '@jest/globals';
import { shareHeldMs } from '../../../src/application/ports/provider-budget.ts';
import { noon } from '../../contract/samples.ts';
import { providerBudgetSuite } from '../../contract/provider-budget-suite.ts';
import { createMemoryProviderBudget } from '../../fakes/provider-budget.ts';

let at = noon;
providerBudgetSuite(
  () => createMemoryProviderBudget(() => at),
  (ms) => Promise.resolve(void (at += ms)),
);

describe('the budget in memory', () => {
  test('keeps the share of a member that is silent until its time is over', async () => {
    let now = noon;
    const budget = createMemoryProviderBudget(() => now);
    const whole = { slots: 2, perSecond: 2 };
    const asks = (id: string, no: number) => ({ ...{ id, no, rests: true }, share: whole, want: whole });
    await budget.renew(whole, asks('dead', 1));
    now += shareHeldMs - 1;
    expect((await budget.renew(whole, asks('next', 1))).members.at(-1)?.share.slots).toBe(0);
    now += 1;
    expect((await budget.renew(whole, asks('next', 2))).members).toEqual([asks('next', 2)]);
  });
});
