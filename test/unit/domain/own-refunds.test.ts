import { describe, expect, test } from '@jest/globals';
import type { CapturedPayment, Refund } from '../../../src/domain/model/payment.ts';
import { testPolicy } from '../../support/policy.ts';
import { newSubscriber, type Subscriber } from '../../../src/domain/model/subscriber.ts';
import { retryMinor } from '../../../src/domain/payment/own-refunds.ts';
import { sampleRefund } from '../../contract/samples.ts';

const paymentId = 'payment';
const capturedMinor = 2_900;
const refundOf = (state: Refund['state']): Refund => ({
  ...sampleRefund(paymentId),
  ...{ state, amount: { amountMinor: 1_450, currency: 'RUB' } },
});
const captured = (sums: Pick<CapturedPayment, 'refundedMinor' | 'requestedMinor'>): CapturedPayment => ({
  ...{ paymentId, subscriptionId: 'subscription', periodKey: 'initial', providerPaymentId: 'provider' },
  ...{ kind: 'charge', attemptNo: 1, reservedAt: 0, currency: 'RUB', capturedMinor, ...sums },
});
const failed = refundOf('failed');

type Known = Partial<Pick<Subscriber, 'captures' | 'refunds'>> & {
  readonly cabinetMinor: number;
  readonly recalledMinor?: number;
};

function asked({ cabinetMinor, recalledMinor = 0, ...known }: Known): number {
  const external = { paymentId, providerRefundId: 'cabinet', amountMinor: cabinetMinor, capturedMinor };
  const externalRefunds = cabinetMinor === 0 ? [] : [external];
  const state = { ...newSubscriber('user'), refunds: [failed], ...known, externalRefunds };
  return retryMinor(state, failed, recalledMinor, testPolicy);
}

/** Another refund of ours of 1450 has succeeded. */
const captures = [captured({ refundedMinor: capturedMinor, requestedMinor: 2_900 })];

describe('a retry of a refund of 1450 asks for', () => {
  test.each<[string, number, Known]>([
    ['as much as first', 1_450, { captures, cabinetMinor: 0 }],
    ['what the cabinet and a succeeded one of ours left', 1_000, { captures, cabinetMinor: 450 }],
    ['the minimum of the provider', 100, { captures, cabinetMinor: 1_350 }],
    ['nothing where less than the minimum is left', 0, { captures, cabinetMinor: 1_351 }],
    ['what one that a restore has recalled left', 1_000, { captures, cabinetMinor: 0, recalledMinor: 450 }],
    ['nothing where all is back', 0, { captures, cabinetMinor: 1_450 }],
    ['what an open one of ours leaves', 1_000, { captures, refunds: [failed, refundOf('pending')], cabinetMinor: 450 }],
    [
      'all that is left where another of ours failed and less than the smallest remainder would stay',
      1_500,
      { captures, refunds: [failed, refundOf('failed')], cabinetMinor: 1_400 },
    ],
    [
      'what the cabinet left of a capture that an earlier version saved',
      900,
      { captures: [captured({ refundedMinor: 2_900 })], cabinetMinor: 2_000 },
    ],
    ['what the cabinet left where the capture is forgotten', 900, { cabinetMinor: 2_000 }],
    ['as much as first where nothing else is known', 1_450, { cabinetMinor: 0 }],
  ])('%s', (_, amountMinor, known) => {
    expect(asked(known)).toBe(amountMinor);
  });
});
