import { beforeEach, describe, expect, test } from '@jest/globals';
import { type Member, type ProviderBudget, countedMs } from '../../src/application/ports/provider-budget.ts';

const answerMaxMs = 40_000;
const whole = { slots: 10, perSecond: 4 };
const asks = (id: string, no: number, slots: number, perSecond: number): Member => ({
  ...{ id, no, share: { slots, perSecond }, want: { slots: 7, perSecond: 3 }, rests: true },
});

/** What every budget of the provider's budget promises. */
export function providerBudgetSuite(
  open: () => ProviderBudget | Promise<ProviderBudget>,
  pass: (ms: number) => Promise<void>,
): void {
  describe('the budget of the provider budget', () => {
    let budget: ProviderBudget;
    beforeEach(async () => {
      budget = await open();
    });
    const shares = async (asked: Member) => {
      const { members } = await budget.renew(whole, asked, answerMaxMs);
      return Object.fromEntries(members.map(({ id, share }) => [id, [share.slots, share.perSecond]]));
    };

    test('gives what is asked, and says who wants what', async () => {
      const { members, at } = await budget.renew(whole, asks('a', 1, 6, 2), answerMaxMs);
      expect(members).toEqual([asks('a', 1, 6, 2)]);
      expect(await budget.members()).toEqual(members);
      expect(at).toBeGreaterThan(0);
    });

    test('gives no more than the others leave, and the rest once they say that they use less', async () => {
      await shares(asks('a', 1, 9, 4));
      expect(await shares(asks('b', 1, 5, 2))).toEqual({ a: [9, 4], b: [1, 0] });
      await shares(asks('a', 2, 5, 2));
      expect(await shares(asks('b', 2, 5, 3))).toEqual({ a: [5, 2], b: [5, 2] });
    });

    test('takes nothing from a member that holds more than a smaller whole', async () => {
      await shares(asks('a', 1, 9, 4));
      const { members } = await budget.renew({ slots: 3, perSecond: 1 }, asks('b', 1, 2, 1), answerMaxMs);
      expect(members.map(({ id, share }) => [id, share.slots])).toEqual([
        ['a', 9],
        ['b', 0],
      ]);
    });

    test('a renewal that arrives after a later one changes nothing', async () => {
      await shares(asks('a', 2, 8, 4));
      expect(await shares(asks('a', 1, 1, 1))).toEqual({ a: [8, 4] });
      expect(await shares(asks('a', 2, 1, 1))).toEqual({ a: [8, 4] });
    });

    test('what a member leaves is free when its last calls count no more', async () => {
      await shares(asks('a', 1, 10, 4));
      await budget.leave('a');
      expect((await shares(asks('b', 1, 10, 4)))['b']).toEqual([0, 0]);
      await pass(countedMs);
      expect(await shares(asks('b', 2, 10, 4))).toEqual({ b: [10, 4] });
    });

    test('members that begin at once never get more than the whole together', async () => {
      const ids = Array.from({ length: 8 }, (_, index) => `m${index}`);
      await Promise.all(ids.map((id) => budget.renew(whole, asks(id, 1, 3, 1), answerMaxMs)));
      const { members } = await budget.renew(whole, asks('last', 1, 3, 1), answerMaxMs);
      expect(members.reduce((sum, { share }) => sum + share.slots, 0)).toBe(10);
      expect(members.reduce((sum, { share }) => sum + share.perSecond, 0)).toBe(4);
    });
  });
}
