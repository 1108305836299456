import { periodKeyOf } from '../model/period-key.ts';
import type { Purchase } from '../model/command.ts';
import type { Context } from '../model/context.ts';
import { describePurchase } from '../model/describe.ts';
import { type Draft, follow, record } from '../decision/draft.ts';
import type { Payment } from '../model/payment.ts';
import { nextAttemptNo } from './next-attempt-no.ts';
import { receiptOf, wanted } from './receipts.ts';
import type { Recalled } from '../model/recalled.ts';
import type { Attempt } from './recalled-attempt.ts';
import { toBeSent } from '../model/send-record.ts';
import { alreadySent, recalledAs, takeRecalled } from './take-recalled.ts';
import type { Subscriber } from '../model/subscriber.ts';
import type { LiveSubscription } from '../model/subscription.ts';
import type { Tariff } from '../model/tariff.ts';

type Terms = Pick<
  Payment,
  | 'subscriptionId'
  | 'purchase'
  | 'paySystem'
  | 'periodKey'
  | 'attemptNo'
  | 'methodId'
  | 'saveMethod'
  | 'noticeId'
  | 'consent'
>;

export const returnUrlHashOf = (returnUrl: string | null, { ids }: Context): string | null =>
  returnUrl === null ? null : ids.returnUrlHash(returnUrl);

type Offer = { readonly tariff: Tariff; readonly returnUrl: string | null };

/** A payment, and what the provider has of it since a restore: null as a rule. */
type New = { readonly payment: Payment; readonly recalled: Recalled | null };

/** A page of before a restore saves nothing where a card was unlinked after it was opened, as if it had been open then. */
const isUnlinkedSince = ({ methods }: Subscriber, recalled: Recalled | null): boolean =>
  recalled !== null && methods.some(({ unlinkedAt = -Infinity }) => unlinkedAt >= recalled.createdAt);

/**
 * The payment as it is first saved. Amount, key and bytes are frozen here and never change (docs/domain.md, "Money and
 * periods").
 */
function newPayment({ state }: Draft, terms: Terms, { tariff, returnUrl }: Offer, context: Context): New {
  const { userId, testClockId } = state;
  const { subscriptionId, periodKey, attemptNo, methodId, saveMethod } = terms;
  const id = context.ids.paymentId(subscriptionId, periodKey, attemptNo);
  const key = context.ids.idempotenceKey(subscriptionId, periodKey, attemptNo);
  const description = describePurchase(tariff);
  const name = { object: 'payment', paymentId: id, refundId: null } as const;
  const recalled = recalledAs(state, name);
  // The receipt of what was made before a restore is of that day.
  const receipt = receiptOf(state, { ...context, now: recalled?.createdAt ?? context.now });
  const ordered = {
    ...{ amount: tariff.price, description, metadata: { paymentId: id, userId, testClockId } },
    ...wanted(state, receipt, description),
  };
  const send =
    methodId === null
      ? toBeSent(key, { kind: 'checkout', ...ordered, returnUrl, saveMethod }, context)
      : toBeSent(key, { kind: 'charge', ...ordered, methodId }, context);
  const payment: Payment = {
    ...terms,
    saveMethod: saveMethod && !isUnlinkedSince(state, recalled),
    id,
    kind: methodId === null ? 'checkout' : 'charge',
    amount: tariff.price,
    state: recalled === null ? 'created' : 'unknown',
    step: 'pay',
    send: recalled === null ? send : alreadySent(state, send, recalled, context),
    providerPaymentId: recalled?.id ?? null,
    confirmationUrl: null,
    returnUrlHash: returnUrlHashOf(returnUrl, context),
    ...(receipt === null ? {} : { receipt }),
    createdAt: context.now,
    createdRealAt: context.realNow,
    watchedBecause: null,
    stuckSince: null,
  };
  return { payment, recalled };
}

/** What it has taken of the provider is read and not sent, and is recalled no more. */
function place(draft: Draft, { payment, recalled }: New, where: 'open' | 'watched'): Draft {
  const taken = takeRecalled(draft, recalled === null ? [] : [recalled]);
  const created = record(taken, { type: 'payment.created', payment, place: where });
  return follow(created, recalled === null ? 'send' : 'check', { kind: 'payment', id: payment.id });
}

function openPayment(draft: Draft, terms: Terms, offer: Offer, context: Context): Draft {
  const { payment: open } = draft.state;
  // Nothing would follow the open one any more, and its money would be lost.
  if (open !== null) throw new Error(`a payment is opened while ${open.id} is open`);
  return place(draft, newPayment(draft, terms, offer, context), 'open');
}

/** A page for the first period of a new subscription. The subscription begins when the page is paid. */
export function openPurchasePage(draft: Draft, command: Purchase, tariff: Tariff, context: Context): Draft {
  const { paySystem, renew, returnUrl } = command;
  const subscriptionId = context.ids.subscriptionId(command.commandId);
  const purchase = { subscriptionId, tariff, renew };
  const first = { periodKey: 'initial', attemptNo: 1, methodId: null, saveMethod: renew };
  return openPayment(draft, { subscriptionId, purchase, paySystem, ...first }, { tariff, returnUrl }, context);
}

/** How a due period is to be paid: by the saved method, or on a page where the subscriber picks one. */
type How = Pick<Payment, 'methodId' | 'saveMethod' | 'noticeId'> & { readonly returnUrl: string | null };

/** An attempt for the due period. It is counted at once, so that the next attempt gets another key. */
export function openPeriodPayment(draft: Draft, subscription: LiveSubscription, how: How, context: Context): Draft {
  const { id: subscriptionId, tariff, paySystem, term } = subscription;
  const { returnUrl, ...means } = how;
  const { consent } = subscription;
  const under = means.methodId === null || consent == null ? {} : { consent };
  const attemptNo = nextAttemptNo(draft.state, subscription, context);
  const periodKey = periodKeyOf(term.periodIndex + 1);
  const counted = { ...subscription, attemptsMade: attemptNo };
  const terms = { subscriptionId, purchase: null, paySystem, periodKey, attemptNo, ...means, ...under };
  const tracked = record(draft, { type: 'subscription.tracked', subscription: counted });
  return openPayment(tracked, terms, { tariff, returnUrl }, context);
}

/**
 * A charge that the provider has since a restore, and that a command forbids: its money goes back. It is counted, so that a later
 * payment of the next period gets another key.
 */
export function watchRecalledCharge(
  draft: Draft,
  subscription: LiveSubscription,
  { charge, periodIndex, attemptNo, ...named }: Attempt & Pick<Payment, 'noticeId'>,
  context: Context,
): Draft {
  const { id: subscriptionId, tariff, paySystem, term } = subscription;
  const last = { ...subscription, attemptsMade: attemptNo };
  const isNext = periodIndex === term.periodIndex + 1;
  const tracked = isNext ? record(draft, { type: 'subscription.tracked', subscription: last }) : draft;
  const means = { methodId: charge.methodId ?? null, saveMethod: false, ...named };
  const terms = { subscriptionId, purchase: null, paySystem, periodKey: periodKeyOf(periodIndex), attemptNo, ...means };
  const { payment, recalled } = newPayment(tracked, terms, { tariff, returnUrl: null }, context);
  return place(tracked, { payment: { ...payment, watchedBecause: 'canceled' }, recalled }, 'watched');
}
