import type { Subject } from '../model/effect.ts';
import { mayBeRetried } from '../model/payment-states.ts';
import type { ProviderObject } from '../model/provider.ts';
import { namesRefund } from '../model/refund-name.ts';
import type { Subscriber } from '../model/subscriber.ts';

/** The operation of the document that the provider's object belongs to; null when the document does not hold it. */
export function subjectOfObject(state: Subscriber, object: ProviderObject): Subject | null {
  const { paymentId } = object.metadata;
  if (object.object === 'payment') {
    const payment = [state.payment, ...state.watched].find((candidate) => candidate?.id === paymentId);
    return payment === undefined || payment === null ? null : { kind: 'payment', id: payment.id };
  }
  // A refund that failed waits for its next attempt, whose object is another one.
  const open = state.refunds.filter((candidate) => !mayBeRetried(candidate));
  const refund = open.find(
    (candidate) =>
      candidate.providerRefundId === object.id ||
      (namesRefund(object.metadata, candidate) &&
        candidate.providerRefundId === null &&
        !candidate.earlierRefundIds.includes(object.id)),
  );
  return refund === undefined ? null : { kind: 'refund', id: refund.id };
}
