import type { Context } from '../model/context.ts';
import { type Draft, follow, record } from '../decision/draft.ts';
import type { Refund, RefundReason, CapturedPayment } from '../model/payment.ts';
import { refundNameOf } from '../model/refund-name.ts';
import { toBeSent } from '../model/send-record.ts';
import { isWhole, receiptOfRefund, wanted } from './receipts.ts';
import { refundsMadeOf, requestedMinorOf } from './own-refunds.ts';

const describe: Readonly<Record<RefundReason, string>> = {
  late_success: 'Возврат: оплата пришла после завершения подписки',
  superseded: 'Возврат: оплачена заменённая страница оплаты',
  canceled: 'Возврат: списание после отмены подписки',
  duplicate: 'Возврат: период оплачен дважды',
  left_early: 'Возврат: неиспользованная часть подписки',
};

/** The fields that all attempts of a refund share, and the number of this attempt. */
type Terms = Pick<
  Refund,
  | 'paymentId'
  | 'subscriptionId'
  | 'providerPaymentId'
  | 'amount'
  | 'reason'
  | 'refundNo'
  | 'receipt'
  | 'firstRequestedAt'
  | 'earlierRefundIds'
> & { readonly attemptNo: number };

/** Opens an attempt with a key of its own: the first, or the next one after the provider refused the last for good. */
export function openRefund(draft: Draft, terms: Terms, context: Context): Draft {
  const { userId, testClockId } = draft.state;
  const { paymentId, providerPaymentId, amount, refundNo = 1, attemptNo } = terms;
  const id = context.ids.refundId(paymentId, refundNo, attemptNo);
  // The first refund of a payment keeps the key and the bytes that it had when a payment had one at most.
  const scope = refundNo === 1 ? 'refund' : `refund:${refundNo}`;
  const key = context.ids.idempotenceKey(paymentId, scope, attemptNo);
  const refundId = refundNameOf({ id, refundNo });
  const metadata = { paymentId, userId, testClockId, ...(refundId === null ? {} : { refundId }) };
  const receipt = receiptOfRefund(draft.state, terms, context);
  const description = describe[terms.reason];
  const providerRequest = {
    ...{ kind: 'refund' as const, providerPaymentId, amount, description, metadata },
    ...(isWhole(draft.state, terms) ? {} : wanted(draft.state, receipt, description)),
  };
  const refund: Refund = {
    ...terms,
    id,
    ...(receipt === null ? {} : { receipt }),
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

type Wanted = { readonly amountMinor: number; readonly reason: RefundReason };

/**
 * Requests a refund of a part that is not refunded yet. `refundedMinor` counts it at once, so that succeeded and open
 * refunds never exceed the captured amount.
 */
export function requestRefund(
  draft: Draft,
  capture: CapturedPayment,
  { amountMinor, reason }: Wanted,
  context: Context,
): Draft {
  const { paymentId, subscriptionId, providerPaymentId, currency, refundedMinor: before } = capture;
  if (amountMinor <= 0) return draft;
  const refundNo = refundsMadeOf(draft.state, capture) + 1;
  const refundedMinor = before + amountMinor;
  const requestedMinor = requestedMinorOf(draft.state, capture) + amountMinor;
  const sums = { refundedMinor, refundsMade: refundNo, requestedMinor };
  const promised = record(draft, { type: 'capture.refunded', paymentId, ...sums });
  const first = { refundNo, attemptNo: 1, firstRequestedAt: context.now, earlierRefundIds: [] };
  const amount = { amountMinor, currency };
  return openRefund(promised, { paymentId, subscriptionId, providerPaymentId, amount, reason, ...first }, context);
}

/** Requests a refund of everything that is not refunded yet. */
export function requestFullRefund(
  draft: Draft,
  capture: CapturedPayment,
  reason: RefundReason,
  context: Context,
): Draft {
  const amountMinor = capture.capturedMinor - capture.refundedMinor;
  return requestRefund(draft, capture, { amountMinor, reason }, context);
}
