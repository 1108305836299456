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
  test.each([40_000, 300_000])(
    'keeps the share of a silent member, whose calls may last %i ms',
    async (answerMaxMs) => {
      let now = noon;
      const budget = createMemoryProviderBudget(() => now);
      const whole = { slots: 2, perSecond: 2 };
      const asks = (id: string, no: number) => ({ ...{ id, no, rests: true }, share: whole, want: whole });
      await budget.renew(whole, asks('dead', 1), answerMaxMs);
      now += shareHeldMs(answerMaxMs) - 1;
      expect((await budget.renew(whole, asks('next', 1), answerMaxMs)).members.at(-1)?.share.slots).toBe(0);
      now += 1;
      expect((await budget.renew(whole, asks('next', 2), answerMaxMs)).members).toEqual([asks('next', 2)]);
    },
  );
});
