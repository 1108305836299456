import { describe, expect, test } from '@jest/globals';
import { dayMs, hourMs, minuteMs } from '../../../src/domain/model/instant.ts';
import type { ProviderPayment, ProviderRefund } from '../../../src/domain/model/provider.ts';
import type { BookedPayment, BookedRefund } from '../../../src/domain/reconciliation/booked.ts';
import { comparePayment } from '../../../src/domain/reconciliation/compare-payment.ts';
import { compareRefund } from '../../../src/domain/reconciliation/compare-refund.ts';
import { isWindowDue, windowAt, windows } from '../../../src/domain/reconciliation/windows.ts';

const now = Date.UTC(2026, 10, 24, 9);
const longAgo = now - 60 * minuteMs;
const amount = { amountMinor: 29_900, currency: 'RUB' };
const otherAmount = { amountMinor: 100, currency: 'RUB' };
const otherCurrency = { amountMinor: 29_900, currency: 'USD' };
const names = { paymentId: 'ours', userId: 'user', testClockId: null };
const noNames = { paymentId: null, userId: null, testClockId: null };

const theirs = (changes: Partial<ProviderPayment> = {}): ProviderPayment => ({
  ...{ object: 'payment', id: 'theirs', amount, status: 'succeeded', metadata: names, createdAt: longAgo },
  ...{ cancellation: null, confirmationUrl: null, capturedAt: longAgo, accountId: 'shop', test: true, method: null },
  ...changes,
});
const ours = (changes: Partial<BookedPayment> = {}): BookedPayment => ({
  ...{ state: 'succeeded', amount, providerPaymentId: 'theirs', isRefunded: false, isDuplicate: false },
  capturedAt: longAgo,
  ...changes,
});
const refund = (changes: Partial<ProviderRefund> = {}): ProviderRefund => ({
  ...{ object: 'refund', id: 'back', amount, status: 'succeeded', metadata: names, createdAt: longAgo },
  ...{ cancellation: null, providerPaymentId: 'theirs' },
  ...changes,
});
const ourRefund = (changes: Partial<BookedRefund> = {}): BookedRefund => ({
  ...{ refundId: 'r', state: 'succeeded', amount, providerRefundId: 'back' },
  ...changes,
});
const waiting = (state: BookedPayment['state']) => ours({ state, capturedAt: null });
const canceled = theirs({ status: 'canceled', capturedAt: null });

describe('a payment', () => {
  test.each([
    ['that both have', ours(), theirs(), null],
    ['that both have as refunded', ours({ isRefunded: true }), theirs(), null],
    ['that is canceled there', ours(), canceled, 'not_succeeded_there'],
    ['that is still pending there', ours(), theirs({ status: 'pending', capturedAt: null }), 'not_succeeded_there'],
    ['that we recorded a moment ago', ours({ capturedAt: now }), theirs({ status: 'pending', capturedAt: null }), null],
    ['that we recorded as failed', ours({ state: 'failed' }), theirs(), 'late_success'],
    ['that we aborted', ours({ state: 'aborted', providerPaymentId: null }), theirs(), 'late_success'],
    ['that we recorded as failed and refunded', ours({ state: 'failed', isRefunded: true }), theirs(), null],
    ['that failed on both sides', ours({ state: 'failed' }), canceled, null],
    ['without our names', null, theirs({ metadata: noNames }), 'foreign'],
    ['without our names and without money', null, theirs({ metadata: noNames, status: 'pending' }), null],
    ['with our names that we do not have', null, theirs(), 'unknown_here'],
    ['with our names that we do not have, without money', null, canceled, null],
    ['with our names that we do not have, given back whole', null, theirs({ refundedMinor: 29_900 }), null],
    ['with our names that we do not have, given back in part', null, theirs({ refundedMinor: 1 }), 'unknown_here'],
    [
      'that is a second one under one name, given back whole',
      ours({ providerPaymentId: 'first' }),
      theirs({ refundedMinor: 29_900 }),
      null,
    ],
    ['that is a second one under one name', ours({ providerPaymentId: 'first' }), theirs(), 'unknown_here'],
    ['of another amount', ours(), theirs({ amount: otherAmount }), 'amount_differs'],
    ['of another currency', ours(), theirs({ amount: otherCurrency }), 'amount_differs'],
    ['that is the second kept one of its period', ours({ isDuplicate: true }), theirs(), 'paid_twice'],
    ['that was the second one and is refunded', ours({ isDuplicate: true, isRefunded: true }), theirs(), null],
    ['whose page was paid', waiting('requires_action'), theirs(), 'not_applied'],
    ['whose page was paid a moment ago', waiting('requires_action'), theirs({ capturedAt: now - minuteMs }), null],
    ['that is unknown to us', waiting('unknown'), theirs(), 'not_applied'],
    ['that is unknown to us and canceled there', waiting('unknown'), canceled, 'not_applied'],
    ['that waits on both sides', waiting('pending'), theirs({ status: 'pending', capturedAt: null }), null],
    ['whose page expired', waiting('requires_action'), canceled, null],
    ['that is unknown to us, of another amount', waiting('unknown'), theirs({ amount: otherAmount }), 'amount_differs'],
  ] as const)('%s', (_name, booked, object, kind) => {
    expect(comparePayment(booked, object, now)).toBe(kind);
  });
});

describe('a refund', () => {
  test.each([
    ['that both have', ourRefund(), refund(), null],
    ['of the cabinet', null, refund({ metadata: noNames }), 'cabinet_refund'],
    ['of the cabinet that is under way', null, refund({ metadata: noNames, status: 'pending' }), null],
    ['of the cabinet that we adopted', ourRefund(), refund({ metadata: noNames }), null],
    ['with our names that we do not have', null, refund(), 'unknown_here'],
    ['with our names that we do not have, without money', null, refund({ status: 'canceled' }), null],
    ['that is canceled there', ourRefund(), refund({ status: 'canceled' }), 'not_succeeded_there'],
    ['of another amount', ourRefund(), refund({ amount: otherAmount }), 'amount_differs'],
    ['that we wait for', ourRefund({ state: 'unknown' }), refund(), 'not_applied'],
    [
      'that we wait for and that failed',
      ourRefund({ state: 'pending' }),
      refund({ status: 'canceled' }),
      'not_applied',
    ],
    ['that waits on both sides', ourRefund({ state: 'pending' }), refund({ status: 'pending' }), null],
    ['that failed on both sides', ourRefund({ state: 'failed' }), refund({ status: 'canceled' }), null],
    ['that we recorded as failed', ourRefund({ state: 'failed' }), refund(), 'unknown_here'],
  ] as const)('%s', (_name, booked, object, kind) => {
    expect(compareRefund(booked, ours(), object)).toBe(kind);
  });

  test('of a payment that is not ours is not ours either', () => {
    expect(compareRefund(null, null, refund({ metadata: noNames }))).toBe('foreign');
  });
});

describe('a window', () => {
  test('ends five minutes ago and begins where its reach says', () => {
    expect(windowAt('recent', now)).toEqual({ from: now - windows.recent.reachMs, to: now - 5 * minuteMs });
  });

  test('is due once in each stretch of the calendar', () => {
    const midnight = Date.UTC(2026, 10, 24);
    expect(isWindowDue('nightly', midnight - 1, midnight)).toBe(true);
    expect(isWindowDue('nightly', midnight, midnight + dayMs - 1)).toBe(false);
  });

  test('is due where a clock that is ahead began the last one, and clocks that differ by minutes begin none twice', () => {
    expect(isWindowDue('weekly', now + 3 * hourMs, now)).toBe(true);
    expect(isWindowDue('recent', now + 20 * minuteMs, now)).toBe(false);
  });
});
