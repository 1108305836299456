import type { Context } from './context.ts';
import { draftOf, record } from './draft.ts';
import { hold } from './hold.ts';
import type { Payment } from './payment.ts';
import { requestFullRefund } from './request-refund.ts';
import { accepted, ignored, type Ruling } from './ruling.ts';
import type { Subscriber } from './subscriber.ts';

/**
 * The alarm of last resort: the ledger's unique index met a second kept payment of a period, which the rules above should
 * have made impossible. The money goes back, the subscription is held, a person is called.
 */
export function decideDuplicate(state: Subscriber, payment: Payment, context: Context): Ruling {
  const settled = state.settled.find((candidate) => candidate.paymentId === payment.id);
  if (settled === undefined || settled.refundedMinor >= settled.capturedMinor) {
    return ignored('already given back');
  }
  const detected = record(draftOf(state), { type: 'payment.duplicate_detected', payment, place: 'closed' });
  const refunded = requestFullRefund(detected, settled, 'duplicate', context);
  return accepted(hold(refunded, 'a period was paid for twice', context));
}
