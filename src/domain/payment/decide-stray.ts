import { accepted, alarm, type Decision, draftOf, ignored, record } from '../decision/draft.ts';
import type { Context, PastPayment } from '../model/context.ts';
import type { Difference, DifferenceKind } from '../model/difference.ts';
import type { CapturedPayment } from '../model/payment.ts';
import type { ProviderObject, ProviderPayment } from '../model/provider.ts';
import type { Subscriber } from '../model/subscriber.ts';
import type { Past } from '../reconciliation/find-difference.ts';
import { hold } from '../subscription/billing-hold.ts';
import { adoptRefund } from './adopt-refund.ts';
import { alarmForeign, holdContradiction } from './alarm-once.ts';
import { mismatchOf } from './check-object.ts';
import { refundedBefore } from './refunded-before.ts';
import { requestFullRefund } from './request-refund.ts';

type Paid = Past & { readonly payment: PastPayment };

/** The money of a payment that the document does not remember. */
function captureOf(state: Subscriber, object: ProviderPayment, past: Paid, context: Context): CapturedPayment {
  const { paymentId, subscriptionId, periodKey, kind, attemptNo, amount: ordered } = past.payment;
  // Where the amounts differ, the smaller one is refunded. Operators handle the rest.
  const capturedMinor = Math.min(object.amount.amountMinor, ordered.amountMinor);
  const before = refundedBefore(state, past, paymentId);
  return {
    ...{ paymentId, subscriptionId, periodKey, kind, attemptNo },
    providerPaymentId: object.id,
    reservedAt: context.realNow,
    currency: object.amount.currency,
    capturedMinor,
    ...(past.payment.receipt === undefined ? {} : { receipt: past.payment.receipt }),
    ...{ ...before, refundedMinor: Math.min(capturedMinor, before.refundedMinor) },
  };
}

/** Refunds a payment that succeeded after it was closed without money (docs/domain.md, "Subscription"). */
function refundLate(state: Subscriber, object: ProviderPayment, past: Paid, context: Context): Decision {
  const { paymentId, amount: ordered } = past.payment;
  const mismatch = mismatchOf(state, { paymentId, amount: object.amount }, object, context);
  if (mismatch !== null) return alarmForeign(state, object, mismatch);
  if (object.amount.currency !== ordered.currency) return alarmForeign(state, object, 'another currency');
  const capture = captureOf(state, object, past, context);
  const recorded = record(draftOf(state), { type: 'capture.recorded', capture });
  const detail = `succeeded at the provider after we recorded it as ${past.payment.state}`;
  const alarmed = alarm(recorded, {
    rule: 'contradiction',
    subjectId: paymentId,
    detail,
    expected: ordered,
    actual: object.amount,
  });
  return accepted(requestFullRefund(alarmed, capture, 'late_success', context));
}

/** The read model met a second kept payment of a period, and its report was lost: the money is refunded. */
function refundSecond(state: Subscriber, object: ProviderPayment, past: Paid, context: Context): Decision {
  const { paymentId } = past.payment;
  const known = state.captures.find((capture) => capture.paymentId === paymentId);
  const capture = known ?? captureOf(state, object, past, context);
  const recorded = known === undefined ? record(draftOf(state), { type: 'capture.recorded', capture }) : draftOf(state);
  const detail = 'a period was paid for twice';
  const alarmed = alarm(recorded, { rule: 'contradiction', subjectId: paymentId, detail, actual: object.amount });
  return accepted(hold(requestFullRefund(alarmed, capture, 'duplicate', context), detail, context));
}

function contradict(state: Subscriber, object: ProviderObject, found: Found, context: Context): Decision {
  const { ours, kind } = found.difference;
  const subscriptionId = found.past.payment?.subscriptionId ?? null;
  const said = kind === 'amount_differs' ? 'says another amount' : `says ${object.status}`;
  const detail = `the provider ${said} of a ${object.object} that we recorded as ${ours?.state ?? 'unknown'}`;
  return holdContradiction(state, object, { detail, expected: ours?.amount ?? null, subscriptionId }, context);
}

type Found = { readonly difference: Difference; readonly past: Past };
type Decide = (state: Subscriber, object: ProviderObject, found: Found, context: Context) => Decision;

const alarmUnknown: Decide = (state, object, { difference: { ours } }) =>
  alarmForeign(
    state,
    object,
    ours === null
      ? `a ${object.object} that we know nothing of succeeded`
      : `a second ${object.object} under the name of ours succeeded; ours is ${ours.state}`,
  );

/** What each difference comes to, where the document does not hold the object (docs/domain.md, "Reconciliation"). */
const decisions: Readonly<Record<DifferenceKind, Decide>> = {
  not_succeeded_there: contradict,
  amount_differs: contradict,
  late_success: (state, object, { past }, context) =>
    object.object === 'payment' && past.payment !== null
      ? refundLate(state, object, { ...past, payment: past.payment }, context)
      : alarmForeign(state, object, 'a late success without its payment'),
  paid_twice: (state, object, { past }, context) =>
    object.object === 'payment' && past.payment !== null
      ? refundSecond(state, object, { ...past, payment: past.payment }, context)
      : alarmForeign(state, object, 'a second payment without its record'),
  cabinet_refund: (state, object, { past }) =>
    object.object === 'refund' ? adoptRefund(state, object, past) : ignored('no refund'),
  unknown_here: alarmUnknown,
  foreign: () => ignored('not ours'),
  not_applied: () => ignored('already closed'),
  absent_there: () => ignored('the provider has it'),
};

/** Decides about a provider's object that the document does not hold, by how it differs from our books. */
export function decideStray(
  state: Subscriber,
  object: ProviderObject,
  { difference, past }: { readonly difference: Difference | null; readonly past: Past },
  context: Context,
): Decision {
  const isRepeat = object.object === 'payment' && object.status === 'succeeded';
  if (difference === null) return ignored(isRepeat ? 'repeat' : 'already closed');
  return decisions[difference.kind](state, object, { difference, past }, context);
}
