import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { capturedPaymentId, freeze, thaw } from '../../../src/adapters/yookassa/transformers.ts';
import { parseDecimal } from '../../../src/domain/model/money.ts';
import type { ProviderRequest } from '../../../src/domain/model/provider.ts';

const returnUrl = 'https://cinema.example/default';
const amount = { amountMinor: 29_900, currency: 'RUB' };
const metadata = { paymentId: 'p-1', userId: 'u-1', testClockId: null };
const checkout = {
  kind: 'checkout',
  amount,
  description: 'Base',
  returnUrl: 'https://cinema.example/return',
  saveMethod: true,
  metadata,
} as const satisfies ProviderRequest;
const bodyOf = (order: ProviderRequest): unknown => JSON.parse(thaw(freeze(order, returnUrl)).body);

describe('a provider request', () => {
  test('a page captures, says whether to save, offers cards only and returns to the order’s address', () => {
    expect(thaw(freeze(checkout, returnUrl))).toMatchObject({ method: 'POST', path: '/payments' });
    expect(bodyOf(checkout)).toEqual({
      amount: { value: '299.00', currency: 'RUB' },
      capture: true,
      confirmation: { type: 'redirect', return_url: 'https://cinema.example/return' },
      description: 'Base',
      metadata: { payment_id: 'p-1', user_id: 'u-1' },
      payment_method_data: { type: 'bank_card' },
      save_payment_method: true,
    });
    expect(bodyOf({ ...checkout, returnUrl: null, saveMethod: false })).toMatchObject({
      confirmation: { return_url: returnUrl },
      save_payment_method: false,
    });
  });

  test('a charge names the saved method and asks for no confirmation', () => {
    const order = { kind: 'charge', amount, description: 'Base', methodId: 'm-1', metadata } as const;
    expect(bodyOf({ ...order, metadata: { ...metadata, testClockId: 'clock-1' } })).toEqual({
      amount: { value: '299.00', currency: 'RUB' },
      capture: true,
      description: 'Base',
      metadata: { payment_id: 'p-1', user_id: 'u-1', test_clock_id: 'clock-1' },
      payment_method_id: 'm-1',
    });
  });

  test('a capture and a refund name their payment, and a capture expects it back', () => {
    const capture = thaw(freeze({ kind: 'capture', providerPaymentId: 'a/../b', amount }, returnUrl));
    expect(capture).toEqual({
      method: 'POST',
      path: '/payments/a%2F..%2Fb/capture',
      body: '{"amount":{"currency":"RUB","value":"299.00"}}',
    });
    expect(capturedPaymentId(capture)).toBe('a/../b');
    const refund = { kind: 'refund', providerPaymentId: 'x', amount, description: 'Back', metadata } as const;
    expect(thaw(freeze(refund, returnUrl)).path).toBe('/refunds');
    expect(capturedPaymentId(thaw(freeze(refund, returnUrl)))).toBeNull();
    expect(bodyOf(refund)).toEqual({
      amount: { value: '299.00', currency: 'RUB' },
      description: 'Back',
      metadata: { payment_id: 'p-1', user_id: 'u-1' },
      payment_id: 'x',
    });
  });

  test('the bytes do not depend on the order of the fields', () => {
    const shuffled = Object.fromEntries(Object.entries(checkout).reverse()) as typeof checkout;
    expect(freeze(shuffled, returnUrl)).toBe(freeze(checkout, returnUrl));
    expect(freeze(checkout, returnUrl)).toBe(
      '{"body":"{\\"amount\\":{\\"currency\\":\\"RUB\\",\\"value\\":\\"299.00\\"},\\"capture\\":true,' +
        '\\"confirmation\\":{\\"return_url\\":\\"https://cinema.example/return\\",\\"type\\":\\"redirect\\"},' +
        '\\"description\\":\\"Base\\",\\"metadata\\":{\\"payment_id\\":\\"p-1\\",\\"user_id\\":\\"u-1\\"},' +
        '\\"payment_method_data\\":{\\"type\\":\\"bank_card\\"},\\"save_payment_method\\":true}",' +
        '"method":"POST","path":"/payments"}',
    );
  });

  test('any text and amount becomes a request within the provider’s limits', () => {
    const text = fc.string({ unit: 'binary', maxLength: 400 });
    fc.assert(
      fc.property(text, fc.integer({ min: 100, max: 35_000_000 }), (description, amountMinor) => {
        const order = { ...checkout, description, amount: { ...amount, amountMinor } };
        const body = bodyOf(order) as { description: string; amount: { value: string } };
        expect(body.description.length).toBeLessThanOrEqual(128);
        expect(body.description.isWellFormed()).toBe(true);
        expect(parseDecimal(body.amount.value)).toBe(amountMinor);
      }),
    );
  });

  test.each([
    '{}',
    'null',
    '{"method":"GET","path":"/payments","body":"{}"}',
    '{"method":"POST","path":"https://elsewhere.example/payments","body":"{}"}',
    '{"method":"POST","path":"/payments/../me","body":"{}"}',
    '{"method":"POST","path":"/payments","body":{}}',
  ])('what it did not freeze is never sent: %s', (frozen) => {
    expect(() => thaw(frozen)).toThrow('not one that this adapter made');
  });
});
