import type { Context, PastPayment } from '../model/context.ts';
import type { Money } from '../model/money.ts';
import type { CapturedPayment } from '../model/payment.ts';
import type { Subscriber } from '../model/subscriber.ts';
import type { Past } from '../reconciliation/find-difference.ts';
import { refundedBefore } from './refunded-before.ts';

type Paid = Past & { readonly payment: PastPayment };
/** What the provider took, under its name there. */
type Taken = { readonly id: string; readonly amount: Money };

/** The money of a payment that the document has forgotten or never held, with what went back of it before. */
export function pastCapture(state: Subscriber, taken: Taken, past: Paid, context: Context): CapturedPayment {
  const { paymentId, subscriptionId, periodKey, kind, attemptNo, amount: ordered } = past.payment;
  // Where the amounts differ, the smaller one is refunded. Operators handle the rest.
  const capturedMinor = Math.min(taken.amount.amountMinor, ordered.amountMinor);
  const before = refundedBefore(state, past, paymentId);
  return {
    ...{ paymentId, subscriptionId, periodKey, kind, attemptNo },
    providerPaymentId: taken.id,
    // As if it were charged now, a late cancel would take it back, and its receipt would have the VAT rate of today.
    reservedAt: past.payment.capturedAt ?? context.realNow,
    currency: taken.amount.currency,
    capturedMinor,
    ...(past.payment.receipt === undefined ? {} : { receipt: past.payment.receipt }),
    ...{ ...before, refundedMinor: Math.min(capturedMinor, before.refundedMinor) },
  };
}
