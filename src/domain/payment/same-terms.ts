import type { Purchase, PurchaseTerms } from '../model/command.ts';
import type { Context } from '../model/context.ts';
import { sameMoney } from '../model/money.ts';
import { returnUrlHashOf } from './open-payment.ts';
import { canShowPage } from './page-age.ts';
import type { Payment } from '../model/payment.ts';
import type { Receipt } from '../model/receipt.ts';
import { sameReceipt } from './receipts.ts';
import { isAwaited, maySend, showsPage } from '../model/payment-states.ts';
import type { Tariff } from '../model/tariff.ts';

/** A purchase command, and what its page would sell: a new subscription, or the due period of the present one. */
export type Wanted = {
  readonly command: Purchase;
  readonly tariff: Tariff;
  readonly sells: 'subscription' | 'period';
  /** The receipt that a page opened now would have. */
  readonly receipt: Receipt | null;
};

type Compare = (payment: Payment, wanted: Wanted, context: Context) => boolean;

/** Whether the payment agrees with the command in one term. A term without a comparison does not compile. */
const isSame: Readonly<Record<keyof PurchaseTerms, Compare>> = {
  tariffId: ({ purchase, amount }, { tariff, sells }) => {
    if (!sameMoney(amount, tariff.price) || (purchase === null) !== (sells === 'period')) return false;
    return purchase === null || (purchase.tariff.id === tariff.id && purchase.tariff.version === tariff.version);
  },
  paySystem: ({ paySystem }, { command }) => paySystem === command.paySystem,
  renew: ({ saveMethod }, { command }) => saveMethod === command.renew,
  returnUrl: ({ returnUrlHash }, { command }, context) => returnUrlHash === returnUrlHashOf(command.returnUrl, context),
  // The subscriber is bound to one clock for good; a command that names another was rejected before (commands/pay.ts).
  testClockId: () => true,
};

/**
 * The provider closes an unpaid page after a while, which is counted on the clock that runs faster. A payment that shows no
 * page yet has no such age: abandoned while its request is out, it could not be sent again, and would stay unknown for a day.
 */
function canStillBePaid(payment: Payment, context: Context): boolean {
  if (payment.step === 'capture' || isAwaited(payment) || maySend(payment)) return true;
  return canShowPage(payment, context);
}

/** A page that is paid today at yesterday's VAT rate, or with the receipt sent to a former contact, is not shown again. */
const hasOtherReceipt = (payment: Payment, { receipt }: Wanted): boolean =>
  showsPage(payment) && !sameReceipt(payment.receipt ?? null, receipt);

/** Whether the open page can answer the command: it can still be paid, and agrees with the command in every term. */
export function answersCommand(
  payment: Payment,
  wanted: Wanted,
  context: Context,
  { isOnlyChoice }: { readonly isOnlyChoice: boolean },
): boolean {
  if (payment.kind !== 'checkout' || payment.send.readsOnly || !canStillBePaid(payment, context)) return false;
  if (!isOnlyChoice && hasOtherReceipt(payment, wanted)) return false;
  return Object.entries(isSame).every(([term, compare]) => {
    // Where no further page may be opened, a page that differs only in its return address is better than a rejection for
    // an hour: the subscriber pays for what they chose, and returns to another address of ours.
    return compare(payment, wanted, context) || (isOnlyChoice && term === 'returnUrl');
  });
}
