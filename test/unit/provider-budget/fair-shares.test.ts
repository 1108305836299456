import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { fairShares, type Wish } from '../../../src/application/services/fair-shares.ts';

const divide = (whole: number, wishes: readonly Wish[], turn = 0) =>
  Object.fromEntries(fairShares(whole, wishes, turn));
const wants = (id: string, want: number, rests = false): Wish => ({ id, want, rests });

describe('the whole is divided', () => {
  test('evenly among members who want more than there is', () => {
    expect(divide(12, [wants('a', 100), wants('b', 100), wants('c', 12)])).toEqual({ a: 4, b: 4, c: 4 });
  });

  test('so that one who wants little leaves the rest to the others', () => {
    expect(divide(12, [wants('a', 100), wants('b', 2), wants('c', 100)])).toEqual({ a: 5, b: 2, c: 5 });
  });

  test('so that each has its turn where there are more members than calls', () => {
    const members = ['a', 'b', 'c'].map((id) => wants(id, 9));
    expect(divide(1, members, 0)).toEqual({ a: 1, b: 0, c: 0 });
    expect(divide(1, members, 1)).toEqual({ a: 0, b: 1, c: 0 });
    expect(divide(1, members, 2)).toEqual({ a: 0, b: 0, c: 1 });
  });

  test('among those that rest while no one wants it, but for a quarter', () => {
    expect(divide(40, [wants('a', 0, true), wants('b', 0, true), wants('api', 0)])).toEqual({ a: 15, b: 15, api: 0 });
    expect(divide(40, [wants('a', 20, true), wants('b', 0, true)])).toEqual({ a: 25, b: 5 });
  });
});

test('never more than the whole, never more than wanted while another wants more, and never less than there is', () => {
  const wish = fc.record({ id: fc.uuid(), want: fc.nat(50), rests: fc.boolean() });
  fc.assert(
    fc.property(fc.nat(100), fc.uniqueArray(wish, { selector: ({ id }) => id }), fc.nat(), (whole, wishes, turn) => {
      const given = fairShares(whole, wishes, turn);
      const sum = [...given.values()].reduce((total, share) => total + share, 0);
      expect(sum).toBeLessThanOrEqual(whole);
      const short = wishes.filter(({ id, want }) => (given.get(id) ?? 0) < want);
      if (short.length > 0) expect(sum).toBe(whole);
      const least = Math.min(...short.map(({ id }) => given.get(id) ?? 0));
      for (const { id } of wishes) expect(given.get(id)).toBeLessThanOrEqual(short.length === 0 ? whole : least + 1);
    }),
  );
});
