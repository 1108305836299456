import type { Context } from '../model/context.ts';
import { accepted, type Decision, draftOf, ignored, record } from '../decision/draft.ts';
import { hold } from '../subscription/billing-hold.ts';
import type { Payment } from '../model/payment.ts';
import { requestFullRefund } from './request-refund.ts';
import type { Subscriber } from '../model/subscriber.ts';

/**
 * The last safeguard: the read model's unique index met a second captured payment of a period, which the other rules
 * prevent. The money is refunded, and the subscription is held.
 */
export function decideDuplicate(state: Subscriber, payment: Payment, context: Context): Decision {
  const capture = state.captures.find((candidate) => candidate.paymentId === payment.id);
  if (capture === undefined || capture.refundedMinor >= capture.capturedMinor) {
    return ignored('already refunded');
  }
  const detected = record(draftOf(state), { type: 'payment.duplicate_detected', payment, place: 'closed' });
  const refunded = requestFullRefund(detected, capture, 'duplicate', context);
  return accepted(hold(refunded, 'a period was paid for twice', context));
}
