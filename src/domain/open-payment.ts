import type { Context } from './context.ts';
import { describePurchase } from './describe.ts';
import type { Payment, Purchase } from './payment.ts';
import type { Order } from './provider.ts';
import { newSendRecord } from './send-record.ts';
import type { Subscriber } from './subscriber.ts';
import type { LiveSubscription } from './subscription.ts';
import type { Tariff } from './tariff.ts';

export const periodKeyOf = (periodIndex: number): string => `period:${periodIndex}`;
export const periodIndexOf = (periodKey: string): number =>
  periodKey === 'initial' ? 0 : Number(periodKey.slice('period:'.length));

type Intent = {
  readonly subscriptionId: string;
  readonly purchase: Purchase | null;
  readonly tariff: Tariff;
  readonly paySystem: string;
  readonly periodKey: string;
  readonly attemptNo: number;
  readonly methodId: string | null;
  readonly saveMethod: boolean;
  readonly returnUrl: string | null;
};

function orderOf(intent: Intent, paymentId: string, state: Subscriber): Order {
  const common = {
    amount: intent.tariff.price,
    description: describePurchase(intent.tariff),
    metadata: { paymentId, userId: state.userId, testClockId: state.testClockId },
  };
  return intent.methodId === null
    ? { kind: 'checkout', ...common, returnUrl: intent.returnUrl, saveMethod: intent.saveMethod }
    : { kind: 'charge', ...common, methodId: intent.methodId };
}

/** The payment as it is first saved: amount, key and bytes are frozen here and never change (design.md section 8). */
function openPayment(intent: Intent, state: Subscriber, context: Context): Payment {
  const { subscriptionId, periodKey, attemptNo } = intent;
  const id = context.ids.paymentId(subscriptionId, periodKey, attemptNo);
  const key = context.ids.idempotenceKey(subscriptionId, periodKey, attemptNo);
  const record = newSendRecord(key, context.seal(orderOf(intent, id, state)));
  return {
    id,
    kind: intent.methodId === null ? 'checkout' : 'charge',
    subscriptionId,
    purchase: intent.purchase,
    paySystem: intent.paySystem,
    periodKey,
    attemptNo,
    amount: intent.tariff.price,
    methodId: intent.methodId,
    saveMethod: intent.saveMethod,
    state: 'created',
    step: 'pay',
    // Whoever saved it sends it at once; should he die before that, the announcement finds it.
    send: { ...record, nextCheckRealAt: context.realNow + context.policy.intentPickupMs },
    providerPaymentId: null,
    confirmationUrl: null,
    createdAt: context.now,
    createdRealAt: context.realNow,
    watchedBecause: null,
    stuckSince: null,
  };
}

export const openPurchasePage = (
  purchase: Purchase & { readonly paySystem: string; readonly returnUrl: string | null },
  state: Subscriber,
  context: Context,
): Payment =>
  openPayment(
    {
      subscriptionId: purchase.subscriptionId,
      purchase: { subscriptionId: purchase.subscriptionId, tariff: purchase.tariff, renew: purchase.renew },
      tariff: purchase.tariff,
      paySystem: purchase.paySystem,
      periodKey: 'initial',
      attemptNo: 1,
      methodId: null,
      saveMethod: purchase.renew,
      returnUrl: purchase.returnUrl,
    },
    state,
    context,
  );

/** A try for the due period: the saved method when there is one to charge, else a page. */
export const openPeriodPayment = (
  subscription: LiveSubscription,
  how: { readonly methodId: string | null; readonly saveMethod: boolean; readonly returnUrl: string | null },
  state: Subscriber,
  context: Context,
): Payment =>
  openPayment(
    {
      subscriptionId: subscription.id,
      purchase: null,
      tariff: subscription.tariff,
      paySystem: subscription.paySystem,
      periodKey: periodKeyOf(subscription.term.periodIndex + 1),
      attemptNo: subscription.attemptsMade + 1,
      ...how,
    },
    state,
    context,
  );
