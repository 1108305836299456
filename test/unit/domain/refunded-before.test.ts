import { expect, test } from '@jest/globals';
import type { PastRefund } from '../../../src/domain/model/context.ts';
import type { RefundState } from '../../../src/domain/model/payment-states.ts';
import { newSubscriber } from '../../../src/domain/model/subscriber.ts';
import { refundedBefore } from '../../../src/domain/payment/refunded-before.ts';

const userId = '11111111-1111-4111-8111-111111111111';
const paymentId = 'payment';
const row = (refundId: string, amountMinor: number, state: RefundState, providerRefundId: string): PastRefund => ({
  ...{ refundId, userId, paymentId, state, providerRefundId, reason: null },
  amount: { amountMinor, currency: 'RUB' },
});
const external = (providerRefundId: string, amountMinor: number) => ({
  ...{ paymentId, providerRefundId, amountMinor, capturedMinor: 1_000 },
});

test('what went back of a forgotten payment: each refund counts once, wherever it is known from', () => {
  const state = { ...newSubscriber(userId), externalRefunds: [external('both', 100), external('document only', 200)] };
  const refunds = [
    row('both', 100, 'succeeded', 'both'),
    row('history only', 50, 'succeeded', 'history only'),
    row('ours', 300, 'succeeded', 'ours at the provider'),
    row('replaced', 300, 'failed', 'replaced at the provider'),
  ];
  expect(refundedBefore(state, { payment: null, refunds }, paymentId)).toEqual({
    ...{ refundedMinor: 650, requestedMinor: 300, refundsMade: 1 },
  });
});

test('refunds of the cabinet alone have no number of ours', () => {
  const refunds = [row('cabinet', 100, 'succeeded', 'cabinet')];
  expect(refundedBefore(newSubscriber(userId), { payment: null, refunds }, paymentId)).toEqual({
    ...{ refundedMinor: 100, requestedMinor: 0, refundsMade: 0 },
  });
});
