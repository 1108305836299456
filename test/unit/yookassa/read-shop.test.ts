import { describe, expect, test } from '@jest/globals';
import { shopOf } from '../../../src/adapters/yookassa/read-shop.ts';

const me = {
  account_id: '100500',
  status: 'enabled',
  test: false,
  fiscalization: { enabled: true, provider: 'yoo_receipt' },
  fiscalization_enabled: true,
  payment_methods: ['bank_card', 'sbp'],
};
const answer = (body: unknown, status = 200) => shopOf({ kind: 'response', status, body: JSON.stringify(body) });

describe('the shop', () => {
  test('is read field by field', () => {
    expect(answer(me)).toEqual({
      ...{ paySystem: 'yookassa', accountId: '100500', isEnabled: true, isTest: false, makesReceipts: true },
      paymentMethods: ['bank_card', 'sbp'],
    });
    expect(answer({ ...me, status: 'disabled', test: true })).toMatchObject({ isEnabled: false, isTest: true });
  });

  test.each([
    ['the older field alone', { fiscalization: undefined }, true],
    ['switched off', { fiscalization: { enabled: false, provider: 'yoo_receipt' } }, false],
    ['neither field', { fiscalization: undefined, fiscalization_enabled: undefined }, false],
  ])('makes receipts as it says: %s', (_name, change, makesReceipts) => {
    expect(answer({ ...me, ...change })).toMatchObject({ makesReceipts });
  });

  test('that names no methods has unknown ones, and nonsense among them is left out', () => {
    expect(answer({ ...me, payment_methods: undefined })).toMatchObject({ paymentMethods: null });
    expect(answer({ ...me, payment_methods: ['sbp', 7, '', null] })).toMatchObject({ paymentMethods: ['sbp'] });
  });

  test.each([
    ['no JSON object', []],
    ['no account', { ...me, account_id: undefined }],
    ['a status of next year', { ...me, status: 'paused' }],
    ['no word about tests', { ...me, test: 'no' }],
  ])('is not believed with %s', (_name, body) => {
    expect(answer(body)).toBeNull();
  });

  test('is not known where another status or no answer comes', () => {
    expect(answer(me, 500)).toBeNull();
    expect(shopOf({ kind: 'failed', code: 'ETIMEDOUT' })).toBeNull();
  });
});
