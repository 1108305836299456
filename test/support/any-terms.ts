import fc from 'fast-check';

const amount = fc.record({ amountMinor: fc.nat(), currency: fc.constant('RUB') });
/** What a subscriber was shown. */
export const anyTerms = fc.option(
  fc.record({
    version: fc.constantFrom('2026-01', '2'),
    locale: fc.constant('ru-RU'),
    shown: fc.record({
      ...{ firstAmount: amount, thenAmount: amount, firstChargeAt: fc.nat() },
      period: fc.record({ count: fc.integer({ min: 1, max: 12 }), unit: fc.constantFrom('day', 'month', 'year') }),
      cancelHow: fc.constantFrom('in your account', 'by a letter'),
    }),
  }),
  { nil: null },
);
