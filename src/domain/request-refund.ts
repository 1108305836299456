import type { Context } from './context.ts';
import { type Draft, record } from './draft.ts';
import type { Refund, RefundReason, Settled } from './payment.ts';
import { toBeSent } from './send-record.ts';

const describe: Readonly<Record<RefundReason, string>> = {
  late_success: 'Возврат: оплата пришла после завершения подписки',
  superseded: 'Возврат: оплачена заменённая страница оплаты',
  canceled: 'Возврат: списание после отмены подписки',
  duplicate: 'Возврат: период оплачен дважды',
};

/** The same refund with the next key: the first time, or after the provider refused the last one for good. */
export function refundAttempt(
  of: Pick<
    Refund,
    'paymentId' | 'subscriptionId' | 'providerPaymentId' | 'amount' | 'reason' | 'firstRequestedAt' | 'earlierRefundIds'
  >,
  attemptNo: number,
  draft: Draft,
  context: Context,
): Refund {
  const { userId, testClockId } = draft.state;
  const { paymentId, providerPaymentId, amount } = of;
  const metadata = { paymentId, userId, testClockId };
  const order = { kind: 'refund' as const, providerPaymentId, amount, description: describe[of.reason], metadata };
  return {
    ...of,
    id: context.ids.refundId(of.paymentId, attemptNo),
    attemptNo,
    state: 'requested',
    send: toBeSent(context.ids.idempotenceKey(paymentId, 'refund', attemptNo), order, context),
    providerRefundId: null,
    stuckSince: null,
    createdAt: context.now,
    createdRealAt: context.realNow,
    retryAt: null,
  };
}

/**
 * Gives back all of a captured payment that was not given back yet, once: the sum of refunds that succeeded or are open
 * never exceeds what was captured.
 */
export function requestFullRefund(draft: Draft, settled: Settled, reason: RefundReason, context: Context): Draft {
  const amountMinor = settled.capturedMinor - settled.refundedMinor;
  if (amountMinor <= 0) return draft;
  const refund = refundAttempt(
    {
      paymentId: settled.paymentId,
      subscriptionId: settled.subscriptionId,
      providerPaymentId: settled.providerPaymentId,
      amount: { amountMinor, currency: settled.currency },
      reason,
      firstRequestedAt: context.now,
      earlierRefundIds: [],
    },
    1,
    draft,
    context,
  );
  return record(
    draft,
    { type: 'settlement.refunded', paymentId: settled.paymentId, refundedMinor: settled.capturedMinor },
    { type: 'refund.requested', refund, closed: false },
  );
}
