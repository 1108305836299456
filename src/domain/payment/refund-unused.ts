import type { Draft } from '../decision/draft.ts';
import type { Context } from '../model/context.ts';
import type { Money } from '../model/money.ts';
import type { CapturedPayment } from '../model/payment.ts';
import type { LiveSubscription } from '../model/subscription.ts';
import { isPaidAhead } from '../subscription/paid-ahead.ts';
import { termAt } from '../subscription/period.ts';
import { refundableMinor, unusedMinor } from '../subscription/unused-part.ts';
import { periodIndexOf } from './open-payment.ts';
import { requestRefund } from './request-refund.ts';

/** What of the payment goes back when its subscription ends now. The period may be the present one, or lie ahead. */
function backOf(capture: CapturedPayment, { term, tariff }: LiveSubscription, { now, policy }: Context): number {
  const index = periodIndexOf(capture.periodKey);
  // A period paid ahead tiles with the present one, so both follow from one anchor.
  const anchor = { at: term.anchor, index: term.anchorIndex };
  const period = index === term.periodIndex ? term : termAt(anchor, index, tariff.period, policy);
  const unused = unusedMinor(capture.capturedMinor, period, now);
  return refundableMinor(unused, capture.capturedMinor - capture.refundedMinor, policy);
}

/** Refunds the unused part of every period that is paid and not over, the latest first. Returns what goes back. */
export function refundUnused(
  draft: Draft,
  subscription: LiveSubscription,
  context: Context,
): { readonly draft: Draft; readonly refunded: Money } {
  const { id, term, tariff } = subscription;
  const present = isPaidAhead(subscription, context.now) ? term.periodIndex - 1 : term.periodIndex;
  const paid = draft.state.captures
    .filter(({ subscriptionId, periodKey }) => subscriptionId === id && periodIndexOf(periodKey) >= present)
    .toSorted((one, other) => periodIndexOf(other.periodKey) - periodIndexOf(one.periodKey));
  const backs = paid.map((capture) => ({ capture, amountMinor: backOf(capture, subscription, context) }));
  return {
    draft: backs.reduce(
      (refunded, { capture, amountMinor }) =>
        requestRefund(refunded, capture, { amountMinor, reason: 'left_early' }, context),
      draft,
    ),
    refunded: {
      amountMinor: backs.reduce((sum, { amountMinor }) => sum + amountMinor, 0),
      currency: tariff.price.currency,
    },
  };
}
