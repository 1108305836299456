import { agreeToPage, type WithTerms } from './agree-to-page.ts';
import type { Purchase, RejectionReason } from '../model/command.ts';
import type { Context } from '../model/context.ts';
import { attendedLifeMs, type CommandDefinition } from './definition.ts';
import { decideExpiry } from '../timers/decide-expiry.ts';
import { type Draft, record, reject, resolve, waitForPayment } from '../decision/draft.ts';
import { endSubscription } from '../subscription/end-subscription.ts';
import { hasRoomToWatch, abandonOpenPayment } from '../payment/abandon-payment.ts';
import { openPeriodPayment, openPurchasePage } from '../payment/open-payment.ts';
import { showsPage } from '../model/payment-states.ts';
import { receiptOf } from '../payment/receipts.ts';
import { hasRoomForPage, pageOfPeriod, takesRecalledPage, tariffAgreedTo } from '../payment/recalled-page.ts';
import { answersCommand, type Wanted } from '../payment/same-terms.ts';
import { accessUntil } from '../subscription/access.ts';
import { isPaidAhead } from '../subscription/paid-ahead.ts';
import { isContactMissing } from '../subscription/receipt-contact.ts';
import { renews } from '../subscription/renews.ts';
import type { Subscriber } from '../model/subscriber.ts';
import { takesPeriods } from '../model/subscription-questions.ts';
import type {
  ActiveSubscription,
  IncompleteSubscription,
  LiveSubscription,
  PastDueSubscription,
} from '../model/subscription.ts';
import type { Tariff } from '../model/tariff.ts';

export type PayCommand = Purchase & WithTerms & { readonly type: 'subscription.pay' };

/** `isSold`: a new subscription may begin with the tariff. Otherwise it sells only periods of the subscription that has it. */
type Pay = { readonly command: PayCommand; readonly tariff: Tariff; readonly isSold: boolean };

/** Links the command with the open payment: its page, or its end, resolves the command. Only so many wait for one payment. */
function waitForPage(draft: Draft, command: Purchase, { policy }: Context): Draft {
  const { commandId } = command;
  const { payment, commands } = draft.state;
  if (payment === null) return draft;
  const waiting = commands.filter(({ paymentId, outcome }) => paymentId === payment.id && outcome === null);
  if (waiting.length >= policy.waitingMax) return reject(draft, command, 'payment_in_progress');
  const linked = waitForPayment(draft, commandId);
  const { confirmationUrl: redirectUrl, subscriptionId } = payment;
  if (!showsPage(payment) || redirectUrl === null) return linked;
  return resolve(linked, commandId, { kind: 'requires_action', redirectUrl, subscriptionId });
}

/** Shows the open page again where it can answer the command; null when a new page is needed. */
function showAgain(draft: Draft, terms: Omit<Wanted, 'receipt'>, context: Context): Draft | null {
  // After a restore: the command may have had a page of its own, which may be paid.
  if (takesRecalledPage(draft.state, terms, context)) return null;
  const wanted = { ...terms, receipt: receiptOf(draft.state, context) };
  const { payment } = draft.state;
  const isOnlyChoice = !hasRoomToWatch(draft, context);
  if (payment === null || !answersCommand(payment, wanted, context, { isOnlyChoice })) return null;
  return waitForPage(draft, wanted.command, context);
}

const openPurchase = (draft: Draft, { command, tariff }: Pay, context: Context): Draft =>
  waitForPage(openPurchasePage(draft, command, tariff, context), command, context);

function firstPurchase(draft: Draft, pay: Pay, context: Context): Draft {
  const { command, tariff } = pay;
  if (!hasRoomForPage(draft, { command, sells: 'subscription' }, context))
    return reject(draft, command, 'too_many_open_pages');
  const subscription: IncompleteSubscription = {
    id: context.ids.subscriptionId(command.commandId),
    status: 'incomplete',
    tariff,
    paySystem: command.paySystem,
    autoRenew: command.renew,
    createdAt: context.now,
    orderedAt: command.acceptedAt,
  };
  // An earlier version could leave a page open behind a subscription that had ended.
  const closed = abandonOpenPayment(draft, 'superseded', context);
  return openPurchase(record(closed, { type: 'subscription.created', subscription }), pay, context);
}

/** Another purchase while the first page is open: the same page, or a new one, and the old one is watched. */
function whileIncomplete(draft: Draft, subscription: IncompleteSubscription, pay: Pay, context: Context): Draft {
  const wanted = { ...pay, sells: 'subscription' } as const;
  const shown = showAgain(draft, wanted, context);
  if (shown !== null) return shown;
  if (!hasRoomForPage(draft, wanted, context)) return reject(draft, pay.command, 'too_many_open_pages');
  const abandoned = abandonOpenPayment(draft, 'superseded', context);
  const ended = { status: 'incomplete_expired', cause: 'superseded', at: context.now } as const;
  return firstPurchase(endSubscription(abandoned, subscription, ended), pay, context);
}

/** A page for the period after the present one, at the pinned price. */
function pagePeriod(draft: Draft, subscription: LiveSubscription, pay: Pay, context: Context): Draft {
  const { command } = pay;
  const wanted = { command, tariff: subscription.tariff, sells: 'period' } as const;
  const shown = showAgain(draft, wanted, context);
  if (shown !== null) return shown;
  if (!hasRoomForPage(draft, wanted, context)) return reject(draft, command, 'too_many_open_pages');
  const { attemptNo } = pageOfPeriod(draft.state, subscription, command, context) ?? {};
  const counted = attemptNo === undefined ? subscription : { ...subscription, attemptsMade: attemptNo - 1 };
  const abandoned = abandonOpenPayment(draft, 'superseded', context);
  const how = { methodId: null, saveMethod: command.renew, returnUrl: command.returnUrl };
  return waitForPage(openPeriodPayment(abandoned, counted, how, context), command, context);
}

/** Past due: a page for the due period, or for another tariff, which replaces this subscription once it is paid. */
function whilePastDue(draft: Draft, subscription: PastDueSubscription, pay: Pay, context: Context): Draft {
  if (subscription.held !== null) return reject(draft, pay.command, 'subscription_held');
  const sameTariff = subscription.tariff.id === pay.tariff.id && !subscription.cancelAtPeriodEnd;
  if (!sameTariff && !pay.isSold) return reject(draft, pay.command, 'tariff_not_found');
  if (draft.state.payment?.kind === 'charge') return reject(draft, pay.command, 'payment_in_progress');
  if (sameTariff) return pagePeriod(draft, subscription, pay, context);
  const wanted = { ...pay, sells: 'subscription' } as const;
  const shown = showAgain(draft, wanted, context);
  if (shown !== null) return shown;
  if (!hasRoomForPage(draft, wanted, context)) return reject(draft, pay.command, 'too_many_open_pages');
  return openPurchase(abandonOpenPayment(draft, 'superseded', context), pay, context);
}

/** Its end has come and was not handled yet: it expires now, so that the next one can begin. Null while it lasts. */
function afterItsEnd(draft: Draft, subscription: ActiveSubscription, pay: Pay, context: Context): Draft | null {
  if (context.now < accessUntil(subscription, context.policy)) return null;
  // Only its page has kept it, and that sells other terms.
  const isPageOpen = draft.state.payment?.kind === 'checkout';
  if (isPageOpen && !hasRoomForPage(draft, { ...pay, sells: 'subscription' }, context))
    return reject(draft, pay.command, 'too_many_open_pages');
  const closed = isPageOpen ? abandonOpenPayment(draft, 'superseded', context) : draft;
  const over = decideExpiry(closed.state, subscription.id, context);
  const ended = over.kind === 'accepted' && over.events.some((event) => event.type === 'subscription.expired');
  if (!ended) return null;
  if (!pay.isSold) return reject(draft, pay.command, 'tariff_not_found');
  return firstPurchase(record(closed, ...over.events), pay, context);
}

/** Why another period is still to come after access has ended, which is what the subscriber can do something about. */
function whyWithoutAccess({ state }: Draft, { held }: ActiveSubscription, { policy }: Context): RejectionReason {
  if (held !== null) return 'subscription_held';
  if (state.payment !== null) return 'payment_in_progress';
  return isContactMissing(state, policy) ? 'contact_required' : 'already_subscribed';
}

/** Active: where it does not renew, a page for the next period, at most one ahead. */
function whileActive(draft: Draft, subscription: ActiveSubscription, pay: Pay, context: Context): Draft {
  const { payment } = draft.state;
  const sameTariff = subscription.tariff.id === pay.tariff.id;
  const wanted = { command: pay.command, tariff: subscription.tariff, sells: 'period' } as const;
  const shown = sameTariff && !renews(subscription) ? showAgain(draft, wanted, context) : null;
  const answered = shown ?? afterItsEnd(draft, subscription, pay, context);
  if (answered !== null) return answered;
  const isOver = context.now >= accessUntil(subscription, context.policy);
  if (renews(subscription) || !sameTariff)
    return reject(draft, pay.command, isOver ? whyWithoutAccess(draft, subscription, context) : 'already_subscribed');
  if (subscription.held !== null) return reject(draft, pay.command, 'subscription_held');
  if (payment?.kind === 'charge') return reject(draft, pay.command, 'payment_in_progress');
  if (isPaidAhead(subscription, context.now)) return reject(draft, pay.command, 'already_prepaid');
  return pagePeriod(draft, subscription, pay, context);
}

/** The column "pay" of the table in docs/domain.md, "Subscription". */
function carryOut(draft: Draft, pay: Pay, context: Context): Draft {
  const { subscription } = draft.state;
  if (subscription === null) return firstPurchase(draft, pay, context);
  switch (subscription.status) {
    case 'incomplete':
      return whileIncomplete(draft, subscription, pay, context);
    case 'active':
      return whileActive(draft, subscription, pay, context);
    case 'past_due':
      return whilePastDue(draft, subscription, pay, context);
    case 'expired':
    case 'canceled':
    case 'incomplete_expired':
      return firstPurchase(draft, pay, context);
  }
}

/** The tariff of the command as the live subscription has it: its periods are sold on after the catalogue has ended it. */
function pinnedTariff({ subscription }: Subscriber, { tariffId }: PayCommand): Tariff | null {
  return takesPeriods(subscription) && subscription.tariff.id === tariffId ? subscription.tariff : null;
}

/** The first purchase binds the subscriber to a test clock for good; null when the command names another clock. */
function bindClock(draft: Draft, testClockId: string | null): Draft | null {
  if (testClockId === null || testClockId === draft.state.testClockId) return draft;
  if (draft.state.testClockId !== null || draft.state.subscription !== null) return null;
  return record(draft, { type: 'clock.bound', testClockId });
}

/** `subscription.pay`: buys a tariff, or pays for the period that is due, or ahead for the next one. */
export const pay: CommandDefinition<PayCommand, 'tariff' | 'paySystem' | 'testClock'> = {
  lifeMs: attendedLifeMs,
  lookUps: ['tariff', 'paySystem', 'testClock'],
  plainly: (offer) => ({ ...offer, renew: true, returnUrl: null, testClockId: null }),
  decide: (draft, command, { tariff: sold, paySystem, testClock }, context) => {
    const { testClockId } = command;
    // After a chargeback, until staff allow it: no purchase, on any method.
    if (draft.state.chargesStopped !== null) return reject(draft, command, 'subscription_held');
    if (testClockId !== null && testClock === null) return reject(draft, command, 'test_clock_not_found');
    const tariff = sold ?? pinnedTariff(draft.state, command);
    if (tariff === null) return reject(draft, command, 'tariff_not_found');
    if (paySystem === null) return reject(draft, command, 'pay_system_not_found');
    const bound = bindClock(draft, testClockId);
    if (bound === null) return reject(draft, command, 'test_clock_mismatch');
    const agreed = tariffAgreedTo(draft.state, command, tariff, context);
    const decided = carryOut(bound, { command, tariff: agreed, isSold: sold !== null }, context);
    return agreeToPage({ received: draft, decided }, command, context);
  },
};
