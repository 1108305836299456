import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { yookassaNumbers } from '../../../src/adapters/yookassa/numbers.ts';
import type { ProviderBudget } from '../../../src/application/ports/provider-budget.ts';
import { createMemoryProviderBudget } from '../../fakes/provider-budget.ts';
import { providerKinds } from '../../simulation/provider/provider-kinds.ts';
import { acts, openProcesses, type Outside, type Step, stepMs } from './several-processes.ts';

type Run = Outside & { readonly steps: readonly Step[] };

const runs: fc.Arbitrary<Run> = fc.record({
  whole: fc.record({ slots: fc.integer({ min: 1, max: 12 }), perSecond: fc.integer({ min: 1, max: 8 }) }),
  // Of the two providers of the simulation.
  answerMaxMs: fc.constantFrom(yookassaNumbers.answerMaxMs, providerKinds.hasty.numbers.answerMaxMs),
  skewsMs: fc.array(fc.integer({ min: -300_000, max: 300_000 }), { minLength: 1, maxLength: 5 }),
  steps: fc.array(fc.record({ process: fc.nat(4), act: fc.constantFrom(...acts) }), {
    minLength: 300,
    maxLength: 1_500,
  }),
});

/** The first moment at which the provider saw more than the whole; and the most that it saw. */
async function play({ steps, ...outside }: Run, change: (budget: ProviderBudget) => ProviderBudget = (it) => it) {
  let now = 1_000_000_000;
  const budget = change(createMemoryProviderBudget(() => now));
  const processes = openProcesses(budget, () => now, outside);
  let most = { slots: 0, perSecond: 0 };
  for (const step of steps) {
    await processes.step(step);
    const { slots, perSecond } = processes.seen();
    most = { slots: Math.max(most.slots, slots), perSecond: Math.max(most.perSecond, perSecond) };
    now += stepMs;
  }
  const { whole } = outside;
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
        renew: async (whole, asked, answerMaxMs) => {
          const { at, members } = await budget.renew(whole, asked, answerMaxMs);
          return { at, members: members.map((one) => (one.id === asked.id ? asked : one)) };
        },
      }),
    ],
  ])('a budget that %s is noticed', async (_name, change) => {
    expect((await verdictOf(change)).failed).toBe(true);
  });

  test('calls of a dead process count for as long as the provider may answer them', async () => {
    const one = (process: number, count: number) =>
      Array.from({ length: count }, () => ({ process, act: 'hard' as const }));
    const steps = [...one(0, 50), { process: 0, act: 'die' as const }, ...one(1, 700)];
    const { answerMaxMs } = providerKinds.hasty.numbers;
    const run = { whole: { slots: 8, perSecond: 8 }, skewsMs: [0, 0], answerMaxMs, steps };
    expect((await play(run)).isKept).toBe(true);
    const { answerMaxMs: ofAnother } = yookassaNumbers;
    const renew =
      (budget: ProviderBudget): ProviderBudget['renew'] =>
      (whole, asked) =>
        budget.renew(whole, asked, ofAnother);
    expect((await play(run, (budget) => ({ ...budget, renew: renew(budget) }))).isKept).toBe(false);
  });

  test('two processes that work hard use the whole together, and one of them alone does so too', async () => {
    const whole = { slots: 8, perSecond: 8 };
    const { answerMaxMs } = yookassaNumbers;
    const hard = Array.from({ length: 600 }, (_, index) => ({ process: index % 2, act: 'hard' as const }));
    expect((await play({ whole, skewsMs: [0, 90_000], answerMaxMs, steps: hard })).most.slots).toBe(8);
    expect((await play({ whole, skewsMs: [0], answerMaxMs, steps: hard })).most.slots).toBe(8);
  });
});

/** Each renewal of another process drops everyone else who has been silent for three seconds. */
function forgetful(budget: ProviderBudget): ProviderBudget {
  const seenAt = new Map<string, number>();
  return {
    ...budget,
    renew: async (whole, asked, answerMaxMs) => {
      const first = await budget.renew(whole, asked, answerMaxMs);
      seenAt.set(asked.id, first.at);
      for (const [id, at] of seenAt) if (first.at - at > 3_000) await budget.leave(id);
      return first;
    },
  };
}
