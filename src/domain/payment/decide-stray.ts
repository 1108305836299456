import { mismatchOf } from './check-object.ts';
import type { Context, PastPayment } from '../model/context.ts';
import { accepted, alarm, type Decision, draftOf, ignored, record } from '../decision/draft.ts';
import type { CapturedPayment } from '../model/payment.ts';
import type { ProviderObject, ProviderPayment, ProviderRefund } from '../model/provider.ts';
import { requestFullRefund } from './request-refund.ts';
import type { Subscriber } from '../model/subscriber.ts';

/** Money moved in our shop for an unknown purpose. Operators are alerted, and no state changes. */
function alarmForeign(state: Subscriber, object: ProviderObject, detail: string): Decision {
  const { id: subjectId, amount: actual } = object;
  return accepted(alarm(draftOf(state), { rule: 'foreign_object', subjectId, detail, actual }));
}

/** Refunds a payment that succeeded after it was closed without money (docs/domain.md, "Subscription"). */
function refundLate(state: Subscriber, object: ProviderPayment, past: PastPayment, context: Context): Decision {
  const { paymentId, subscriptionId, periodKey, kind, attemptNo, amount: ordered } = past;
  const capture: CapturedPayment = {
    ...{ paymentId, subscriptionId, periodKey, kind, attemptNo },
    providerPaymentId: object.id,
    reservedAt: context.realNow,
    currency: object.amount.currency,
    // Where the amounts differ, the smaller one is refunded. Operators handle the rest.
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

/** News of the object that we know, or of another one under the same name: then the provider has taken the money twice. */
const repeatOf = (state: Subscriber, object: ProviderPayment, providerPaymentId: string | null): Decision =>
  providerPaymentId === null || providerPaymentId === object.id
    ? ignored('repeat')
    : alarmForeign(state, object, `a second payment under the name of ${providerPaymentId} succeeded`);

function strayPayment(
  state: Subscriber,
  object: ProviderPayment,
  past: PastPayment | null,
  context: Context,
): Decision {
  if (object.status !== 'succeeded') return ignored('already closed');
  const capture = state.captures.find(({ paymentId }) => paymentId === object.metadata.paymentId);
  if (capture !== undefined) return repeatOf(state, object, capture.providerPaymentId);
  if (past === null) return alarmForeign(state, object, 'a payment that we know nothing of succeeded');
  if (past.state === 'succeeded' || past.isRefunded) return repeatOf(state, object, past.providerPaymentId);
  const paid = { paymentId: past.paymentId, amount: object.amount };
  const mismatch = mismatchOf(state, paid, object, context);
  if (mismatch !== null) return alarmForeign(state, object, mismatch);
  if (object.amount.currency !== past.amount.currency) return alarmForeign(state, object, 'another currency');
  return refundLate(state, object, past, context);
}

function strayRefund(state: Subscriber, object: ProviderRefund, past: PastPayment | null): Decision {
  if (object.metadata.userId === null) {
    return alarmForeign(state, object, `a refund that we did not ask for is ${object.status}`);
  }
  if (object.status !== 'succeeded' || past?.isRefunded === true) return ignored('already closed');
  return alarmForeign(state, object, 'a refund that we know nothing of succeeded');
}

/**
 * Decides about a provider's object that the document does not hold:
 * 1. a repeat of a closed operation, as the captures or the read model show: ignored;
 * 2. a success of a payment that we closed without money: refunded;
 * 3. anything else: operators are alerted.
 */
export function decideStray(
  state: Subscriber,
  object: ProviderObject,
  past: PastPayment | null,
  context: Context,
): Decision {
  return object.object === 'payment' ? strayPayment(state, object, past, context) : strayRefund(state, object, past);
}
