import { periodKeyOf } from '../model/period-key.ts';
import type { Context } from '../model/context.ts';
import { type Draft, endCommands, record } from '../decision/draft.ts';
import { endSubscription } from '../subscription/end-subscription.ts';
import type { Via } from '../model/events.ts';
import type { Instant } from '../model/instant.ts';
import { followReceipt } from './follow-receipt.ts';
import { externalMinor } from './external-refunds.ts';
import { accessBeforeGrant, grantedBeforeRestore } from './granted-at.ts';
import type { Payment, Purchase, SavedMethod, CapturedPayment } from '../model/payment.ts';
import type { RefundReason } from '../model/refund-reason.ts';
import { nextTerm } from '../subscription/next-term.ts';
import { termAt } from '../subscription/period.ts';
import type { ProviderPayment } from '../model/provider.ts';
import { requestFullRefund } from './request-refund.ts';
import { type ActiveSubscription, activeIn, beganAs, type LiveSubscription } from '../model/subscription.ts';
import type { Subscriber } from '../model/subscriber.ts';
import { awaitsPurchase, isPastDue, isReplaceable, takesPeriods } from '../model/subscription-questions.ts';

/** A payment that has succeeded at the provider. */
type Success = {
  readonly payment: Payment;
  readonly object: Pick<ProviderPayment, 'id' | 'method' | 'receiptRegistration'>;
  readonly capturedAt: Instant;
  readonly via: Via;
};
type Paid = Success & { readonly method: SavedMethod | null };

const captureOf = (state: Subscriber, { payment, object }: Success): CapturedPayment => ({
  paymentId: payment.id,
  subscriptionId: payment.subscriptionId,
  periodKey: payment.periodKey,
  providerPaymentId: object.id,
  kind: payment.kind,
  attemptNo: payment.attemptNo,
  reservedAt: payment.send.reservedAt ?? payment.createdRealAt,
  currency: payment.amount.currency,
  methodId: payment.methodId,
  capturedMinor: payment.amount.amountMinor,
  ...(payment.receipt === undefined ? {} : { receipt: payment.receipt }),
  // Staff may have refunded it in the provider's cabinet before we learnt of its success.
  refundedMinor: Math.min(payment.amount.amountMinor, externalMinor(state, payment.id)),
});

/** The method saved on the page, when saving was requested and the provider reports it as saved. */
function savedMethod({ payment, object, capturedAt }: Success): SavedMethod | null {
  if (!payment.saveMethod || object.method === null) return null;
  const { saved, ...shown } = object.method;
  return saved ? { ...shown, savedAt: capturedAt, usable: true } : null;
}

/** The consent that the page has brought; the one before it stays where the client has shown no terms. */
const broughtBy = ({ consent }: Payment): Pick<LiveSubscription, 'consent'> =>
  consent === undefined ? {} : { consent };

/**
 * When the purchase was ordered that replaces another subscription: a cancel that is older came late. Where the document has
 * forgotten the command, its page was opened within minutes.
 */
function begunBy(
  { commands }: Subscriber,
  { subscriptionId }: Purchase,
  { createdAt, createdRealAt }: Payment,
  { ids }: Context,
) {
  const command = commands.find(({ id }) => ids.subscriptionId(id) === subscriptionId);
  return { createdAt, orderedAt: command?.acceptedAt ?? createdRealAt };
}

function activate(draft: Draft, purchase: Purchase, paid: Paid, context: Context): Draft {
  const { subscription: current } = draft.state;
  const { payment, method } = paid;
  const activated: ActiveSubscription = {
    id: purchase.subscriptionId,
    status: 'active',
    tariff: purchase.tariff,
    paySystem: payment.paySystem,
    // Without a saved method there is nothing to charge, so renewal is off although it was requested.
    autoRenew: purchase.renew && method !== null,
    ...beganAs(current?.id === purchase.subscriptionId ? current : begunBy(draft.state, purchase, payment, context)),
    // Not from the capture: where we learn of it late, readers were without access until now.
    term: termAt({ at: context.now, index: 0 }, 0, purchase.tariff.period, context.policy),
    cancelAtPeriodEnd: false,
    held: null,
    methodId: method?.id ?? null,
    ...(purchase.renew && method !== null ? broughtBy(payment) : {}),
    attemptsMade: 0,
    extendedUntil: null,
    previousTerm: null,
  };
  const replaced = { status: 'canceled', cause: 'replaced', reason: 'replaced by a new purchase' } as const;
  const cleared = isReplaceable(current) ? endSubscription(draft, current, { ...replaced, at: context.now }) : draft;
  return record(cleared, { type: 'subscription.activated', subscription: activated, paymentId: payment.id });
}

type LaterCharges = Partial<
  Pick<LiveSubscription, 'methodId' | 'autoRenew' | 'cancelAtPeriodEnd' | 'cancelReason' | 'consent'>
>;

/** What the payment changes of later periods: the method that is charged for them, and whether they are charged. */
function laterCharges(subscription: LiveSubscription, { payment, method }: Paid): LaterCharges {
  if (payment.kind === 'charge') return {};
  // A page for a due period chooses the method of later periods anew.
  if (isPastDue(subscription))
    return method === null
      ? { methodId: null, autoRenew: false, consent: null }
      : { methodId: method.id, autoRenew: true, ...broughtBy(payment) };
  // A period paid ahead without saving is one payment more, and leaves the rest as the subscriber has set it.
  return method === null
    ? {}
    : { methodId: method.id, autoRenew: true, cancelAtPeriodEnd: false, cancelReason: null, ...broughtBy(payment) };
}

function renew(draft: Draft, subscription: LiveSubscription, paid: Paid, context: Context): Draft {
  const { payment } = paid;
  const { term: previousTerm } = subscription;
  const granted = grantedBeforeRestore(draft.state, subscription, paid, context);
  const { entitlement } = draft.state;
  const last = granted === null ? entitlement : accessBeforeGrant(subscription, payment, granted, context.policy);
  const at = granted ?? context.now;
  const { term, skippedPeriods } = nextTerm(subscription, last, { ...context, now: at });
  const renewed = activeIn(subscription, { term, previousTerm, attemptsMade: 0 });
  const early = at < previousTerm.periodEnd ? { early: true as const } : {};
  return record(draft, {
    type: 'subscription.renewed',
    subscription: { ...renewed, ...laterCharges(subscription, paid) },
    paymentId: payment.id,
    attemptNo: payment.attemptNo,
    recovered: isPastDue(subscription),
    previousPeriodEnd: previousTerm.periodEnd,
    skippedPeriods,
    ...early,
  });
}

/** Refunds a payment that succeeded and buys nothing. */
function refundLatePayment(draft: Draft, success: Success, reason: RefundReason, context: Context): Draft {
  const { payment, via, capturedAt } = success;
  const capture = captureOf(draft.state, success);
  const recorded =
    reason === 'duplicate'
      ? record(draft, { type: 'payment.duplicate_detected', payment, place: 'closed' })
      : record(draft, { type: 'payment.late_success', payment, place: 'closed', via, capturedAt });
  return requestFullRefund(record(recorded, { type: 'capture.recorded', capture }), capture, reason, context);
}

/** Grants the period that was paid for; null when it can no longer be granted. */
function grant(draft: Draft, paid: Paid, context: Context): Draft | null {
  const { payment } = paid;
  const { subscription } = draft.state;
  if (payment.purchase !== null) {
    // Its own subscription waits for the purchase, or the purchase replaces a live one.
    const isOwn = subscription?.id === payment.subscriptionId;
    const waits = isOwn ? awaitsPurchase(subscription) : isReplaceable(subscription);
    return waits ? activate(draft, payment.purchase, paid, context) : null;
  }
  if (!takesPeriods(subscription) || subscription.id !== payment.subscriptionId) return null;
  if (payment.periodKey !== periodKeyOf(subscription.term.periodIndex + 1)) return null;
  return renew(draft, subscription, paid, context);
}

/** An open payment succeeded: its period is granted or, where that is no longer possible, the money is refunded. */
function completePayment(draft: Draft, success: Success, context: Context): Draft {
  const { payment, via, capturedAt } = success;
  const { id, subscriptionId, periodKey } = payment;
  const duplicate = draft.state.captures.find(
    (other) =>
      other.subscriptionId === subscriptionId &&
      other.periodKey === periodKey &&
      other.paymentId !== id &&
      other.refundedMinor < other.capturedMinor,
  );
  if (duplicate !== undefined) {
    const answered = endCommands(draft, id, { kind: 'completed', subscriptionId });
    return refundLatePayment(answered, success, 'duplicate', context);
  }
  const method = savedMethod(success);
  const capture = record(
    draft,
    { type: 'payment.succeeded', payment, place: 'closed', via, capturedAt, paidWith: success.object.method },
    { type: 'capture.recorded', capture: captureOf(draft.state, success) },
  );
  const saved = method === null ? capture : record(capture, { type: 'payment_method.saved', method, subscriptionId });
  const granted = grant(saved, { ...success, method }, context);
  if (granted !== null) return endCommands(granted, id, { kind: 'completed', subscriptionId });
  const answered = endCommands(draft, id, { kind: 'rejected', reason: 'superseded' });
  return refundLatePayment(answered, success, 'late_success', context);
}

/** A payment succeeded: the open one is completed, and the money of a watched one goes back. */
export function applySuccess(draft: Draft, success: Success, context: Context): Draft {
  const { payment, object } = success;
  const followed = followReceipt(draft, { kind: 'payment', entry: payment }, object, context);
  return payment.watchedBecause === null
    ? completePayment(followed, success, context)
    : refundLatePayment(followed, success, payment.watchedBecause, context);
}
