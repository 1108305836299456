import type { PastPayment, PastRefund } from '../../domain/model/context.ts';
import { ownReasonOf } from '../../domain/model/refund-reason.ts';
import type { PaymentRow } from './models/payments.ts';
import type { RefundRow } from './models/refunds.ts';

export function pastPayment(row: PaymentRow): PastPayment {
  const { _id: paymentId, subscriptionId, periodKey, attemptNo, kind, amount } = row;
  const { state, providerPaymentId, watchedBecause, capturedAt } = row;
  return {
    ...{ paymentId, subscriptionId, periodKey, attemptNo, kind, amount },
    ...{ state, providerPaymentId, watchedBecause, capturedAt: capturedAt?.getTime() ?? null },
    ...{ isRefunded: row.refunded === true, isDuplicate: row.duplicate === true },
    ...(row.receipt == null ? {} : { receipt: row.receipt }),
    ...(row.method?.type == null ? {} : { methodType: row.method.type }),
  };
}

export function pastRefund(row: RefundRow): PastRefund {
  const { _id: refundId, userId, paymentId, amount, refundNo, restOf, paidOtherwise, state, providerRefundId } = row;
  const past = { refundId, userId, paymentId, amount, state, providerRefundId, reason: ownReasonOf(row) };
  return {
    ...past,
    ...(typeof refundNo === 'number' ? { refundNo } : {}),
    ...(typeof restOf === 'number' ? { restOf } : {}),
    ...(paidOtherwise === true ? { paidOtherwise } : {}),
  };
}
