import type { Context } from '../model/context.ts';
import { type Draft, follow, record } from '../decision/draft.ts';
import type { Refund, RefundReason, CapturedPayment } from '../model/payment.ts';
import { toBeSent } from '../model/send-record.ts';

const describe: Readonly<Record<RefundReason, string>> = {
  late_success: 'Возврат: оплата пришла после завершения подписки',
  superseded: 'Возврат: оплачена заменённая страница оплаты',
  canceled: 'Возврат: списание после отмены подписки',
  duplicate: 'Возврат: период оплачен дважды',
};

/** The fields that all attempts of a refund share, and the number of this attempt. */
type Terms = Pick<
  Refund,
  'paymentId' | 'subscriptionId' | 'providerPaymentId' | 'amount' | 'reason' | 'firstRequestedAt' | 'earlierRefundIds'
> & { readonly attemptNo: number };

/** Opens an attempt with a key of its own: the first, or the next one after the provider refused the last for good. */
export function openRefund(draft: Draft, terms: Terms, context: Context): Draft {
  const { userId, testClockId } = draft.state;
  const { paymentId, providerPaymentId, amount, attemptNo } = terms;
  const key = context.ids.idempotenceKey(paymentId, 'refund', attemptNo);
  const metadata = { paymentId, userId, testClockId };
  const providerRequest = {
    kind: 'refund' as const,
    providerPaymentId,
    amount,
    description: describe[terms.reason],
    metadata,
  };
  const id = context.ids.refundId(paymentId, attemptNo);
  const refund: Refund = {
    ...terms,
    id,
    state: 'requested',
    send: toBeSent(key, providerRequest, context),
    providerRefundId: null,
    stuckSince: null,
    createdAt: context.now,
    createdRealAt: context.realNow,
    retryAt: null,
  };
  const requested = record(draft, { type: 'refund.requested', refund, closed: false });
  return follow(requested, 'send', { kind: 'refund', id });
}

/**
 * Requests a refund of everything that is not refunded yet. `refundedMinor` counts it at once, so that succeeded and open
 * refunds never exceed the captured amount.
 */
export function requestFullRefund(
  draft: Draft,
  capture: CapturedPayment,
  reason: RefundReason,
  context: Context,
): Draft {
  const { paymentId, subscriptionId, providerPaymentId, currency, capturedMinor, refundedMinor } = capture;
  const amount = { amountMinor: capturedMinor - refundedMinor, currency };
  if (amount.amountMinor <= 0) return draft;
  const promised = record(draft, { type: 'capture.refunded', paymentId, refundedMinor: capturedMinor });
  const first = { attemptNo: 1, firstRequestedAt: context.now, earlierRefundIds: [] };
  return openRefund(promised, { paymentId, subscriptionId, providerPaymentId, amount, reason, ...first }, context);
}
