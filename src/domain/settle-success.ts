import { accessUntil } from './access.ts';
import type { Context } from './context.ts';
import { type Draft, record, resolveWaiting } from './draft.ts';
import { endSubscription } from './end-subscription.ts';
import type { Via } from './events.ts';
import type { Instant } from './instant.ts';
import { periodKeyOf } from './open-payment.ts';
import type { Payment, Purchase, SavedMethod, Settled } from './payment.ts';
import { termAt } from './period.ts';
import type { ProviderPayment } from './provider.ts';
import { requestFullRefund } from './request-refund.ts';
import { type ActiveSubscription, isLive, type LiveSubscription } from './subscription.ts';

type Success = {
  readonly payment: Payment;
  readonly object: ProviderPayment;
  readonly capturedAt: Instant;
  readonly via: Via;
};
type Paid = Success & { readonly method: SavedMethod | null };

const settledBy = ({ payment, object }: Success): Settled => ({
  paymentId: payment.id,
  subscriptionId: payment.subscriptionId,
  periodKey: payment.periodKey,
  providerPaymentId: object.id,
  kind: payment.kind,
  attemptNo: payment.attemptNo,
  reservedAt: payment.send.reservedAt ?? payment.createdRealAt,
  currency: payment.amount.currency,
  capturedMinor: payment.amount.amountMinor,
  refundedMinor: 0,
});

/** The method saved on the page, when saving was asked for and the provider says that it is. */
function savedMethod({ payment, object, capturedAt }: Success): SavedMethod | null {
  if (!payment.saveMethod || object.method?.saved !== true) return null;
  const { id, title, last4, brand } = object.method;
  return { id, title, last4, brand, savedAt: capturedAt, usable: true };
}

function activate(draft: Draft, purchase: Purchase, paid: Paid, context: Context): Draft {
  const { subscription: current } = draft.state;
  const { payment, capturedAt, method } = paid;
  const activated: ActiveSubscription = {
    id: purchase.subscriptionId,
    status: 'active',
    tariff: purchase.tariff,
    paySystem: payment.paySystem,
    // Paid with renewal asked for but nothing saved to charge: renewal is off, and the fact says so.
    autoRenew: purchase.renew && method !== null,
    createdAt: current?.id === purchase.subscriptionId ? current.createdAt : payment.createdAt,
    term: termAt({ at: capturedAt, index: 0 }, 0, purchase.tariff.period, context.policy.timeZone),
    cancelAtPeriodEnd: false,
    held: null,
    methodId: method?.id ?? null,
    attemptsMade: 0,
    extendedUntil: null,
    previousTerm: null,
  };
  const replaced = { status: 'canceled', cause: 'replaced', reason: 'replaced by a new purchase' } as const;
  const cleared = isLive(current) ? endSubscription(draft, current, { ...replaced, at: context.now }) : draft;
  return record(cleared, { type: 'subscription.activated', subscription: activated, paymentId: payment.id });
}

/** Paid while access was unbroken: the periods tile. Paid after a gap: a new anchor, nobody pays for days without access. */
function renew(draft: Draft, subscription: LiveSubscription, paid: Paid, context: Context): Draft {
  const { payment, capturedAt, method } = paid;
  const { term, tariff } = subscription;
  const next = term.periodIndex + 1;
  const unbroken = capturedAt <= accessUntil(subscription, context.policy);
  const anchor = unbroken ? { at: term.anchor, index: term.anchorIndex } : { at: capturedAt, index: next };
  const renewed: ActiveSubscription = {
    id: subscription.id,
    status: 'active',
    tariff,
    paySystem: subscription.paySystem,
    autoRenew: payment.kind === 'charge' ? subscription.autoRenew : method !== null,
    createdAt: subscription.createdAt,
    term: termAt(anchor, next, tariff.period, context.policy.timeZone),
    cancelAtPeriodEnd: subscription.cancelAtPeriodEnd,
    held: subscription.held,
    methodId: payment.kind === 'charge' ? subscription.methodId : (method?.id ?? null),
    attemptsMade: 0,
    extendedUntil: null,
    previousTerm: term,
  };
  return record(draft, {
    type: 'subscription.renewed',
    subscription: renewed,
    paymentId: payment.id,
    attemptNo: payment.attemptNo,
    recovered: subscription.status === 'past_due',
    previousPeriodEnd: term.periodEnd,
  });
}

/** Money that arrived where nothing is left to pay for goes back by itself. */
export function giveBack(
  draft: Draft,
  success: Success,
  reason: 'late_success' | 'superseded' | 'canceled',
  context: Context,
): Draft {
  const { payment, via, capturedAt } = success;
  const settled = settledBy(success);
  const paid: Payment = { ...payment, state: 'succeeded', providerPaymentId: success.object.id, confirmationUrl: null };
  const late = record(
    draft,
    { type: 'payment.late_success', payment: paid, place: 'closed', via, capturedAt },
    { type: 'settlement.recorded', settled },
  );
  return requestFullRefund(late, settled, reason, context);
}

function apply(draft: Draft, paid: Paid, context: Context): Draft | null {
  const { payment } = paid;
  const { subscription } = draft.state;
  if (payment.purchase !== null) {
    const waits =
      subscription === null || subscription.id === payment.purchase.subscriptionId
        ? subscription?.status === 'incomplete'
        : isLive(subscription);
    return waits ? activate(draft, payment.purchase, paid, context) : null;
  }
  if (!isLive(subscription) || subscription.id !== payment.subscriptionId) return null;
  if (payment.periodKey !== periodKeyOf(subscription.term.periodIndex + 1)) return null;
  return renew(draft, subscription, paid, context);
}

/** An open payment succeeded: the period it paid for is granted, or, where that is no longer possible, the money goes back. */
export function settleSuccess(draft: Draft, success: Success, context: Context): Draft {
  const { payment, object, via, capturedAt } = success;
  const twin = draft.state.settled.find(
    (other) =>
      other.subscriptionId === payment.subscriptionId &&
      other.periodKey === payment.periodKey &&
      other.paymentId !== payment.id &&
      other.refundedMinor < other.capturedMinor,
  );
  const paid: Payment = { ...payment, state: 'succeeded', providerPaymentId: object.id, confirmationUrl: null };
  if (twin !== undefined) {
    const settled = settledBy(success);
    const doubled = record(
      draft,
      { type: 'payment.duplicate_detected', payment: paid, place: 'closed' },
      { type: 'settlement.recorded', settled },
    );
    const answered = resolveWaiting(doubled, payment.id, { kind: 'completed', subscriptionId: payment.subscriptionId });
    return requestFullRefund(answered, settled, 'duplicate', context);
  }
  const method = savedMethod(success);
  const recorded = record(
    draft,
    { type: 'payment.succeeded', payment: paid, place: 'closed', via, capturedAt },
    { type: 'settlement.recorded', settled: settledBy(success) },
    ...(method === null
      ? []
      : [{ type: 'payment_method.saved' as const, method, subscriptionId: payment.subscriptionId }]),
  );
  const granted = apply(recorded, { ...success, method }, context);
  if (granted === null) {
    const answered = resolveWaiting(draft, payment.id, { kind: 'rejected', reason: 'superseded' });
    return giveBack(answered, success, 'late_success', context);
  }
  return resolveWaiting(granted, payment.id, { kind: 'completed', subscriptionId: payment.subscriptionId });
}
