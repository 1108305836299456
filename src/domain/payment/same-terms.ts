import type { Purchase, PurchaseTerms } from '../model/command.ts';
import type { Context } from '../model/context.ts';
import { sameMoney } from '../model/money.ts';
import { returnUrlHashOf } from './open-payment.ts';
import type { Payment } from '../model/payment.ts';
import { isAwaited } from '../model/payment-states.ts';
import type { Tariff } from '../model/tariff.ts';

/** An order, and what a page for it would sell: a new subscription, or the due period of the one that is there. */
export type Wanted = {
  readonly command: Purchase;
  readonly tariff: Tariff;
  readonly sells: 'subscription' | 'period';
};

type Compare = (payment: Payment, wanted: Wanted, context: Context) => boolean;

/** Whether the payment has the term as it is wanted now. A term without a comparison does not compile. */
const isSame: Readonly<Record<keyof PurchaseTerms, Compare>> = {
  tariffId: ({ purchase, amount }, { tariff, sells }) => {
    if (!sameMoney(amount, tariff.price) || (purchase === null) !== (sells === 'period')) return false;
    return purchase === null || (purchase.tariff.id === tariff.id && purchase.tariff.version === tariff.version);
  },
  paySystem: ({ paySystem }, { command }) => paySystem === command.paySystem,
  renew: ({ saveMethod }, { command }) => saveMethod === command.renew,
  returnUrl: ({ returnUrlHash }, { command }, context) => returnUrlHash === returnUrlHashOf(command.returnUrl, context),
  // The subscriber is bound to one clock for good; an order that names another was refused before (commands/pay.ts).
  testClockId: () => true,
};

/** A page ends at the provider, by the clock that runs faster; what is paid and only awaited has no such end. */
function livesLongEnough(payment: Payment, context: Context): boolean {
  const { step, createdAt, createdRealAt } = payment;
  if (step === 'capture' || isAwaited(payment)) return true;
  return Math.max(context.now - createdAt, context.realNow - createdRealAt) < context.policy.pageShownMs;
}

/** Whether the open payment answers the order: it is what is wanted, term by term, and can still be paid. */
export function answersCommand(
  payment: Payment,
  wanted: Wanted,
  context: Context,
  { isOnlyChoice }: { readonly isOnlyChoice: boolean },
): boolean {
  if (payment.kind !== 'checkout' || payment.send.readsOnly || !livesLongEnough(payment, context)) return false;
  return Object.entries(isSame).every(([term, compare]) => {
    // Where no further page may be opened, the choice is this page or none. The subscriber gets and pays what was
    // ordered, and only lands at another of our own addresses: better than a refusal for an hour.
    return compare(payment, wanted, context) || (isOnlyChoice && term === 'returnUrl');
  });
}
