import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { hashText, systemIds } from '../../../src/adapters/system/ids.ts';

const uuid = /^[0-9a-f]{8}-[0-9a-f]{4}-8[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;

describe('ids', () => {
  test('the same input always gives the same UUID, another input another one', () => {
    const asked = [
      systemIds.subscriptionId('c1'),
      systemIds.subscriptionId('c2'),
      systemIds.paymentId('s1', 'initial', 1),
      systemIds.paymentId('s1', 'initial', 2),
      systemIds.refundId('p1', 1, 1),
    ];
    expect(new Set(asked).size).toBe(asked.length);
    for (const id of asked) expect(id).toMatch(uuid);
    expect(systemIds.paymentId('s1', 'initial', 1)).toBe(asked[2]);
  });

  test('the first refund of a payment has the id of the time when a payment had one at most', () => {
    expect(systemIds.refundId('p1', 1, 1)).toBe('b025b203-4835-82cf-9ceb-5e79171c3577');
    const asked = [systemIds.refundId('p1', 1, 2), systemIds.refundId('p1', 2, 1), systemIds.refundId('p1', 2, 2)];
    expect(new Set(asked).size).toBe(asked.length);
  });

  test('parts cannot be shifted between fields', () => {
    expect(systemIds.paymentId('a|b', 'c', 1)).not.toBe(systemIds.paymentId('a', 'b|c', 1));
  });

  test('an idempotence key is v1 and 40 hex of the hash of subject, scope and attempt', () => {
    const key = systemIds.idempotenceKey('sub', 'period:3', 2);
    expect(key).toBe(`v1-${hashText('sub|period:3|2').slice(0, 40)}`);
    expect(key.length).toBeLessThanOrEqual(64);
  });

  test('jitter lies in [-1, 1) and depends on the name alone', () => {
    fc.assert(
      fc.property(fc.string(), (name) => {
        const jitter = systemIds.jitter(name);
        return jitter >= -1 && jitter < 1 && jitter === systemIds.jitter(name);
      }),
    );
  });
});
