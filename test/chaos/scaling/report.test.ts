import { expect, test } from '@jest/globals';
import type { Asked, Evidence, ProviderObject } from '../evidence.ts';
import { judgeScaling } from './report.ts';
import { personPerSecond, whole } from './scene.ts';

const order: Asked = {
  ...{ askedAt: 1, heardAt: 2, userId: 'anna', key: 'k-1', mode: null, what: 'buy' },
  ...{ result: 'ok', status: 202, commandId: 'c-1' },
};
const payment = (id: string): ProviderObject => ({
  ...{ id, kind: 'payment', status: 'pending', amountMinor: 2_900, ofPayment: null },
  ...{ ourPaymentId: id, userId: 'anna' },
});
const provider = [payment('p-1')];
const load = {
  in_flight_max: whole.slots,
  per_second_max: whole.perSecond,
  per_ten_seconds_max: whole.perSecond * 10,
  calls: 1,
};
const insisted = { asked: 4_500, passed: personPerSecond * 61, seconds: 60 };

function brokenBy(changed: {
  readonly provider?: readonly ProviderObject[];
  readonly load?: typeof load;
  readonly insisted?: typeof insisted;
}): readonly string[] {
  const evidence = { history: [order], provider: changed.provider ?? provider } as unknown as Evidence;
  const verdict = judgeScaling(evidence, { load, insisted, processes: 3, ...changed });
  return verdict.flatMap(({ rule, violations }) => (violations.length === 0 ? [] : [rule.split(':')[0] ?? '']));
}

test('what is within every limit breaks no rule', () => expect(brokenBy({})).toEqual([]));

test.each([
  ['an order that was lost', { provider: [] }, 'each order is one payment at the provider'],
  [
    'an order that was doubled',
    { provider: [...provider, payment('p-2')] },
    'each order is one payment at the provider',
  ],
  [
    'a call too many at once',
    { load: { ...load, in_flight_max: whole.slots + 1 } },
    'calls of the provider under way at once',
  ],
  [
    'a call too many in a second',
    { load: { ...load, per_second_max: whole.perSecond * 2 + 1 } },
    'calls of the provider in any second',
  ],
  [
    'a call too many in ten seconds',
    { load: { ...load, per_ten_seconds_max: whole.perSecond * 11 + 1 } },
    'calls of the provider in any ten seconds',
  ],
  [
    'a person who got as much from each process as from one',
    { insisted: { ...insisted, passed: personPerSecond * 60 * 3 } },
    'requests of one person in 3 processes of the API',
  ],
  [
    'a person who asked for too little to be refused',
    { insisted: { ...insisted, asked: 610 } },
    'they asked for more than that, and got at least half of it',
  ],
  [
    'a person who got hardly anything',
    { insisted: { ...insisted, passed: 100 } },
    'they asked for more than that, and got at least half of it',
  ],
])('%s is found', (_what, changed, rule) => {
  expect(brokenBy(changed)).toEqual([rule]);
});
