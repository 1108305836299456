import { mismatchOf } from './check-object.ts';
import type { Context, PastPayment } from '../model/context.ts';
import { accepted, alarm, type Decision, draftOf, ignored, record } from '../decision/draft.ts';
import type { CapturedPayment } from '../model/payment.ts';
import type { ProviderObject, ProviderPayment, ProviderRefund } from '../model/provider.ts';
import { requestFullRefund } from './request-refund.ts';
import type { Subscriber } from '../model/subscriber.ts';

/** Money moved in our shop and we cannot say what for: nothing is done about it but that a person is called. */
function callForeign(state: Subscriber, object: ProviderObject, detail: string): Decision {
  const { id: subjectId, amount: actual } = object;
  return accepted(alarm(draftOf(state), { rule: 'foreign_object', subjectId, detail, actual }));
}

/** Money that came after we had given up on it goes back (docs/domain.md, "Subscription"). */
function refundLate(state: Subscriber, object: ProviderPayment, past: PastPayment, context: Context): Decision {
  const { paymentId, subscriptionId, periodKey, kind, attemptNo, amount: ordered } = past;
  const capture: CapturedPayment = {
    ...{ paymentId, subscriptionId, periodKey, kind, attemptNo },
    providerPaymentId: object.id,
    reservedAt: context.realNow,
    currency: object.amount.currency,
    // Told another amount than was ordered, we ask back what both agree on; the rest is for the person who is called.
    capturedMinor: Math.min(object.amount.amountMinor, ordered.amountMinor),
    refundedMinor: 0,
  };
  const recorded = record(draftOf(state), { type: 'capture.recorded', capture });
  const detail = `succeeded at the provider after we recorded it as ${past.state}`;
  const alarmed = alarm(recorded, {
    rule: 'contradiction',
    subjectId: paymentId,
    detail,
    expected: ordered,
    actual: object.amount,
  });
  return accepted(requestFullRefund(alarmed, capture, 'late_success', context));
}

function strayPayment(
  state: Subscriber,
  object: ProviderPayment,
  past: PastPayment | null,
  context: Context,
): Decision {
  if (object.status !== 'succeeded') return ignored('already closed');
  if (state.captures.some((capture) => capture.paymentId === object.metadata.paymentId)) return ignored('repeat');
  if (past === null) return callForeign(state, object, 'a payment that we know nothing of succeeded');
  if (past.state === 'succeeded' || past.isRefunded) return ignored('repeat');
  const paid = { paymentId: past.paymentId, amount: object.amount };
  const mismatch = mismatchOf(state, paid, object, context);
  if (mismatch !== null) return callForeign(state, object, mismatch);
  if (object.amount.currency !== past.amount.currency) return callForeign(state, object, 'another currency');
  return refundLate(state, object, past, context);
}

function strayRefund(state: Subscriber, object: ProviderRefund, past: PastPayment | null): Decision {
  if (object.metadata.userId === null) {
    return callForeign(state, object, `a refund that we did not ask for is ${object.status}`);
  }
  if (object.status !== 'succeeded' || past?.isRefunded === true) return ignored('already closed');
  return callForeign(state, object, 'a refund that we know nothing of succeeded');
}

/**
 * An object of the provider that the document does not hold: a repeat of what is closed when the capture payments or the
 * read model say so, late money, or one that neither accounts for.
 */
export function decideStray(
  state: Subscriber,
  object: ProviderObject,
  past: PastPayment | null,
  context: Context,
): Decision {
  return object.object === 'payment' ? strayPayment(state, object, past, context) : strayRefund(state, object, past);
}
