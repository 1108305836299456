import { periodIndexOf } from '../model/period-key.ts';
import type { Draft } from '../decision/draft.ts';
import type { Context } from '../model/context.ts';
import type { Instant } from '../model/instant.ts';
import type { Money } from '../model/money.ts';
import type { CapturedPayment } from '../model/payment.ts';
import type { LiveSubscription } from '../model/subscription.ts';
import { isPaidAhead } from '../subscription/paid-ahead.ts';
import { termAt } from '../subscription/period.ts';
import { refundableMinor, unusedMinor } from '../subscription/unused-part.ts';
import { requestRefund } from './request-refund.ts';

/** What of the payment goes back when its subscription ends at that instant. The period may be the present one, or lie ahead. */
function backOf(
  capture: CapturedPayment,
  { term, tariff }: LiveSubscription,
  at: Instant,
  { policy }: Context,
): number {
  const index = periodIndexOf(capture.periodKey);
  // A period paid ahead tiles with the present one, so both follow from one anchor.
  const anchor = { at: term.anchor, index: term.anchorIndex };
  const period = index === term.periodIndex ? term : termAt(anchor, index, tariff.period, policy);
  const unused = unusedMinor(capture.capturedMinor, period, at);
  return refundableMinor(unused, capture.capturedMinor - capture.refundedMinor, policy);
}

const backMinor = ({ state }: Draft): number =>
  state.captures.reduce((sum, { refundedMinor }) => sum + refundedMinor, 0);

/** Refunds the unused part of every period that is paid and not over, the latest first. Returns what goes back. */
export function refundUnused(
  draft: Draft,
  subscription: LiveSubscription,
  at: Instant,
  context: Context,
): { readonly draft: Draft; readonly refunded: Money } {
  const { id, term, tariff } = subscription;
  const present = isPaidAhead(subscription, at) ? term.periodIndex - 1 : term.periodIndex;
  const paid = draft.state.captures
    .filter(({ subscriptionId, periodKey }) => subscriptionId === id && periodIndexOf(periodKey) >= present)
    .toSorted((one, other) => periodIndexOf(other.periodKey) - periodIndexOf(one.periodKey));
  const refunded = paid.reduce((done, capture) => {
    const amountMinor = backOf(capture, subscription, at, context);
    return requestRefund(done, capture, { amountMinor, reason: 'left_early' }, context);
  }, draft);
  // Since a restore a refund that was made before it may be of another amount than would go back now.
  const amountMinor = backMinor(refunded) - backMinor(draft);
  return { draft: refunded, refunded: { amountMinor, currency: tariff.price.currency } };
}
