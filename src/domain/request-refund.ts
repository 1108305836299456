import type { Context } from './context.ts';
import { type Draft, record } from './draft.ts';
import type { Refund, RefundReason, Settled } from './payment.ts';
import { newSendRecord } from './send-record.ts';

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
  const metadata = { paymentId: of.paymentId, userId, testClockId };
  const { providerPaymentId, amount } = of;
  const request = context.seal({
    kind: 'refund',
    providerPaymentId,
    amount,
    description: describe[of.reason],
    metadata,
  });
  const send = newSendRecord(context.ids.idempotenceKey(of.paymentId, 'refund', attemptNo), request);
  return {
    ...of,
    id: context.ids.refundId(of.paymentId, attemptNo),
    attemptNo,
    state: 'requested',
    send: { ...send, nextCheckRealAt: context.realNow + context.policy.intentPickupMs },
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
