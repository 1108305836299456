import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { parseObject } from '../../../src/adapters/yookassa/parse-object.ts';
import { declinedCharge, openBinding, openPage, succeededPayment, succeededRefund } from './provider-answers.ts';

describe('the provider’s objects', () => {
  test('a paid payment is read field by field', () => {
    expect(parseObject('payment', succeededPayment)).toEqual({
      object: 'payment',
      id: '22e12f66-000f-5000-8000-18db351245c7',
      status: 'succeeded',
      amount: { amountMinor: 29_900, currency: 'RUB' },
      metadata: { paymentId: 'p-1', userId: 'u-1', testClockId: 'clock-1' },
      createdAt: Date.UTC(2018, 6, 18, 10, 51, 18, 139),
      capturedAt: Date.UTC(2018, 6, 18, 11, 17, 33, 483),
      cancellation: null,
      confirmationUrl: null,
      accountId: '100500',
      test: true,
      method: {
        id: '22e12f66-000f-5000-8000-18db351245c7',
        saved: true,
        title: 'Bank card *4444',
        last4: '4444',
        brand: 'MasterCard',
        type: 'bank_card',
        expiry: '2030-12',
      },
    });
  });

  test.each([
    [{ value: '100.00', currency: 'RUB' }, { refundedMinor: 10_000 }],
    [{ value: '0.00', currency: 'RUB' }, {}],
    [{ value: 'much' }, {}],
    ['much', {}],
  ])('what went back, %j, makes no answer invalid', (refunded, read) => {
    const object = parseObject('payment', { ...succeededPayment, refunded_amount: refunded });
    expect(object).toEqual({ ...parseObject('payment', succeededPayment), ...read });
  });

  test.each([
    ['pending', { receiptRegistration: 'pending' }],
    ['succeeded', { receiptRegistration: 'succeeded' }],
    ['canceled', { receiptRegistration: 'canceled' }],
    ['a_word_of_next_year', {}],
  ])('the registration %s of a receipt makes no answer invalid', (registration, read) => {
    const object = parseObject('payment', { ...succeededPayment, receipt_registration: registration });
    expect(object).toEqual({ ...parseObject('payment', succeededPayment), ...read });
  });

  test('an open page has its address and no method, a decline keeps an unknown reason', () => {
    expect(parseObject('payment', openPage)).toMatchObject({
      status: 'pending',
      confirmationUrl: openPage.confirmation.confirmation_url,
      method: null,
      metadata: { paymentId: null, userId: null, testClockId: null },
    });
    expect(parseObject('payment', declinedCharge)).toMatchObject({
      status: 'canceled',
      cancellation: { party: 'payment_network', reason: 'a_reason_of_next_year' },
      method: { id: 'm-1', saved: true, title: null, last4: null, brand: null },
    });
  });

  test('a binding is read, with its page or its code', () => {
    const read = (change: object = {}) => parseObject('payment_method', { ...openBinding, ...change });
    expect(read()).toEqual({
      object: 'payment_method',
      id: '3115a831-0037-5000-8000-0d92f345c39e',
      ...{ status: 'pending', saved: false, type: 'bank_card' },
      ...{ title: null, last4: null, brand: null, expiry: null },
      confirmation: { kind: 'redirect', address: openBinding.confirmation.confirmation_url },
      accountId: '100500',
      metadata: { bindId: 'b-1', userId: 'u-1', testClockId: null },
    });
    const code = { type: 'qr', confirmation_data: 'https://qr.nspk.ru/AS10003P3RH0LJ2A9ROO038L6NT5RU1M?type=01' };
    expect(read({ type: 'sbp', confirmation: code })?.confirmation).toEqual({
      kind: 'qr',
      address: code.confirmation_data,
    });
    const { payment_method: saved } = succeededPayment;
    expect(read({ ...saved, confirmation: undefined })).toMatchObject({
      ...{ status: 'active', saved: true, last4: '4444', expiry: '2030-12', confirmation: null },
    });
  });

  test('an account of SBP has its bank, and nonsense there makes no answer invalid', () => {
    const read = (details: unknown) =>
      parseObject('payment', {
        ...succeededPayment,
        payment_method: { id: 'm-1', saved: true, type: 'sbp', title: 'SBP', payer_bank_details: details },
      })?.method;
    expect(read({ bank_id: '100000000111', bic: '044525225' })).toMatchObject({ type: 'sbp', bankId: '100000000111' });
    expect(read({ bank_id: '1crbeA000015' })).toMatchObject({ bankId: '1crbeA000015' });
    for (const nonsense of [undefined, null, 'bank', {}, { bank_id: 7 }, { bank_id: 'a bank' }, { bank_id: '' }])
      expect(read(nonsense)).toEqual(expect.not.objectContaining({ bankId: expect.anything() }));
  });

  test.each([
    ['a status of next year', { status: 'revoked' }],
    ['saved and not active', { saved: true }],
    ['active and not saved', { status: 'active' }],
    ['a page that is no page', { confirmation: { type: 'redirect', confirmation_url: 'javascript:alert(1)' } }],
    ['a code that is no address', { confirmation: { type: 'qr', confirmation_data: 'javascript:alert(1)' } }],
    ['no account', { holder: {} }],
    ['no id', { id: '' }],
  ])('a binding with %s is not believed', (_name, change) => {
    expect(parseObject('payment_method', { ...openBinding, ...change })).toBeNull();
  });

  test('a refund is read, and neither kind is read as the other', () => {
    expect(parseObject('refund', succeededRefund)).toEqual({
      object: 'refund',
      id: '216749f7-0016-50be-b000-078d43a63ae4',
      status: 'succeeded',
      amount: { amountMinor: 100, currency: 'RUB' },
      metadata: { paymentId: 'r-1', userId: null, testClockId: null },
      createdAt: Date.UTC(2017, 9, 4, 19, 27, 51, 407),
      cancellation: null,
      providerPaymentId: '216749da-000f-50be-b000-096747fad91e',
    });
    expect(parseObject('payment', succeededRefund)).toBeNull();
    expect(parseObject('refund', succeededPayment)).toBeNull();
  });

  test.each(['id', 'status', 'amount', 'recipient', 'created_at', 'test', 'paid'])(
    'a payment without %s is not believed',
    (field) => {
      expect(parseObject('payment', { ...succeededPayment, [field]: undefined })).toBeNull();
    },
  );

  const lies: readonly (readonly [string, object])[] = [
    ['an amount that was a float', { amount: { value: 299, currency: 'RUB' } }],
    ['an amount of three places', { amount: { value: '299.000', currency: 'RUB' } }],
    ['an amount with a sign', { amount: { value: '-299.00', currency: 'RUB' } }],
    ['an amount in words', { amount: { value: 'abc', currency: 'RUB' } }],
    ['an amount with a line break', { amount: { value: '299.00\n', currency: 'RUB' } }],
    ['a currency of small letters', { amount: { value: '299.00', currency: 'rub' } }],
    ['a status of tomorrow', { status: 'partially_paid' }],
    ['a status that contradicts paid', { paid: false }],
    ['a time without a zone', { captured_at: '2018-07-18T11:17:33.483' }],
    ['a time that does not exist', { created_at: '2018-13-18T11:17:33.483Z' }],
    ['saved as a text', { payment_method: { id: 'm-1', saved: 'true' } }],
    ['test as a text', { test: 'false' }],
    ['metadata as a list', { metadata: [] }],
    ['metadata of numbers', { metadata: { payment_id: 1 } }],
    ['a page that is a script', { confirmation: { confirmation_url: 'javascript:alert(1)' } }],
    ['a cancellation without a reason', { status: 'canceled', cancellation_details: { party: 'merchant' } }],
    ['an id without an end', { id: 'x'.repeat(5_000) }],
  ];
  test.each(lies)('%s is not believed', (_name, change) => {
    expect(parseObject('payment', { ...succeededPayment, ...change })).toBeNull();
  });

  test('texts for people make no answer invalid, whether they are missing or very long', () => {
    const cancellation_details = { party: 'payment_network', reason: '' };
    expect(parseObject('payment', { ...declinedCharge, cancellation_details })).toMatchObject({
      status: 'canceled',
      cancellation: { reason: '' },
    });
    const payment_method = { ...succeededPayment.payment_method, title: 'т'.repeat(3_000) };
    expect(parseObject('payment', { ...succeededPayment, payment_method })).toMatchObject({
      status: 'succeeded',
      method: { title: 'т'.repeat(2_048) },
    });
  });

  test('whatever arrives, the answer is an object or null', () => {
    fc.assert(
      fc.property(fc.anything(), fc.constantFrom(...Object.keys(succeededPayment)), (value, field) => {
        expect(parseObject('payment', value)).toBeNull();
        expect(() => parseObject('payment', { ...succeededPayment, [field]: value })).not.toThrow();
      }),
    );
  });
});
