import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { parseDecimal, toDecimal } from '../../../src/domain/model/money.ts';

describe('money', () => {
  test('never loses a kopeck between minor units and the provider spelling', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 999_999_999_999 }), (amountMinor) => {
        expect(parseDecimal(toDecimal({ amountMinor, currency: 'RUB' }))).toBe(amountMinor);
      }),
    );
  });

  test.each(['1', '1.5', '1.000', '-1.00', '1,00', ' 1.00', '1e2', '', '1.00 RUB', '99999999999.00'])(
    'refuses %j',
    (text) => {
      expect(parseDecimal(text)).toBeNull();
    },
  );
});
