import { expect, test } from '@jest/globals';
import { dayMs } from '../../../src/domain/model/instant.ts';
import { expectedArrival } from '../../../src/domain/payment/refund-arrival.ts';

const refund = { createdAt: 10, retryAt: null };

test('a refund that the provider has made arrives within three days of that', () => {
  expect(expectedArrival({ ...refund, state: 'succeeded' }, 20)).toBe(20 + 3 * dayMs);
});

test.each(['requested', 'sending', 'pending', 'unknown'] as const)(
  'a refund that is %s counts from its request',
  (state) => {
    expect(expectedArrival({ ...refund, state }, 20)).toBe(10 + 3 * dayMs);
  },
);

test('a failed refund counts from its next try, and without one is not expected', () => {
  expect(expectedArrival({ ...refund, state: 'failed', retryAt: 30 }, 20)).toBe(30 + 3 * dayMs);
  expect(expectedArrival({ ...refund, state: 'failed' }, 20)).toBeNull();
});
