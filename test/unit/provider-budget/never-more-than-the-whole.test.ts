import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import type { ProviderBudget, Share } from '../../../src/application/ports/provider-budget.ts';
import { createMemoryProviderBudget } from '../../fakes/provider-budget.ts';
import { acts, openProcesses, type Step, stepMs } from './several-processes.ts';

type Run = { readonly whole: Share; readonly skewsMs: readonly number[]; readonly steps: readonly Step[] };

const runs: fc.Arbitrary<Run> = fc.record({
  whole: fc.record({ slots: fc.integer({ min: 1, max: 12 }), perSecond: fc.integer({ min: 1, max: 8 }) }),
  skewsMs: fc.array(fc.integer({ min: -300_000, max: 300_000 }), { minLength: 1, maxLength: 5 }),
  steps: fc.array(fc.record({ process: fc.nat(4), act: fc.constantFrom(...acts) }), {
    minLength: 300,
    maxLength: 1_500,
  }),
});

/** The first moment at which the provider saw more than the whole; and the most that it saw. */
async function play({ whole, skewsMs, steps }: Run, change: (budget: ProviderBudget) => ProviderBudget = (it) => it) {
  let now = 1_000_000_000;
  const budget = change(createMemoryProviderBudget(() => now));
  const processes = openProcesses(budget, () => now, whole, skewsMs);
  let most = { slots: 0, perSecond: 0 };
  for (const step of steps) {
    await processes.step(step);
    const { slots, perSecond } = processes.seen();
    most = { slots: Math.max(most.slots, slots), perSecond: Math.max(most.perSecond, perSecond) };
    now += stepMs;
  }
  return { most, isKept: most.slots <= whole.slots && most.perSecond <= whole.perSecond };
}

const options = { numRuns: 60, endOnFailure: true };
const verdictOf = (change?: (budget: ProviderBudget) => ProviderBudget) =>
  fc.check(
    fc.asyncProperty(runs, async (run) => (await play(run, change)).isKept),
    { ...options, numRuns: 500 },
  );

describe('a process that joins, dies, is stopped, wakes or loses an answer', () => {
  test('the provider never sees more than the whole, at once or in a second', async () => {
    await fc.assert(
      fc.asyncProperty(runs, async (run) => expect(await play(run)).toMatchObject({ isKept: true })),
      options,
    );
  });

  test.each<[string, (budget: ProviderBudget) => ProviderBudget]>([
    ['frees the share of a dead process at once', (budget) => forgetful(budget)],
    [
      'gives each what it asks',
      (budget) => ({
        ...budget,
        renew: async (whole, asked) => {
          const { at, members } = await budget.renew(whole, asked);
          return { at, members: members.map((one) => (one.id === asked.id ? asked : one)) };
        },
      }),
    ],
  ])('a budget that %s is noticed', async (_name, change) => {
    expect((await verdictOf(change)).failed).toBe(true);
  });

  test('two processes that work hard use the whole together, and one of them alone does so too', async () => {
    const whole = { slots: 8, perSecond: 8 };
    const hard = Array.from({ length: 600 }, (_, index) => ({ process: index % 2, act: 'hard' as const }));
    expect((await play({ whole, skewsMs: [0, 90_000], steps: hard })).most.slots).toBe(8);
    expect((await play({ whole, skewsMs: [0], steps: hard })).most.slots).toBe(8);
  });
});

/** Each renewal of another process drops everyone else who has been silent for three seconds. */
function forgetful(budget: ProviderBudget): ProviderBudget {
  const seenAt = new Map<string, number>();
  return {
    ...budget,
    renew: async (whole, asked) => {
      const first = await budget.renew(whole, asked);
      seenAt.set(asked.id, first.at);
      for (const [id, at] of seenAt) if (first.at - at > 3_000) await budget.leave(id);
      return first;
    },
  };
}
