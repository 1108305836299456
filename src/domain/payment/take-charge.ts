import type { Context } from '../model/context.ts';
import type { Draft } from '../decision/draft.ts';
import { hourMs } from '../model/instant.ts';
import type { Recalled } from '../model/recalled.ts';
import type { LiveSubscription } from '../model/subscription.ts';
import { isPastDue, mayCharge } from '../model/subscription-questions.ts';
import { noticeOfCharge } from '../subscription/next-charge.ts';
import { missingForCharge, withNotice } from '../subscription/notices.ts';
import { isPaidAhead } from '../subscription/paid-ahead.ts';
import { asCharged } from '../subscription/renews.ts';
import { openPeriodPayment } from './open-payment.ts';
import { type Attempt, attemptIn } from './recalled-attempt.ts';

/** No clock that is kept charges so early. */
const clocksApartMs = hourMs;

/** What of it is a charge of the next period, the earliest attempt first. */
function nextAttempt(
  { id, methodId: charged, term, attemptsMade }: LiveSubscription,
  recalled: readonly Recalled[],
  context: Context,
): Attempt | null {
  // A page changes the method of later periods: its command, which is read again, opens it.
  const charges = recalled.filter(({ object, methodId }) => object === 'payment' && methodId === charged);
  return attemptIn(charges, { subscriptionId: id, periodIndex: term.periodIndex + 1, attemptsMade }, context);
}

type Noticed = { readonly subscription: LiveSubscription; readonly named: { readonly noticeId?: string } };

/**
 * The notice that a renewal had before it was charged, which the document may have forgotten: it remembers it again, because new
 * retries within the grace name it too. Its id follows from its cause.
 */
function withItsNotice(subscription: LiveSubscription, { createdAt }: Recalled, context: Context): Noticed {
  const known = noticeOfCharge(subscription);
  const isRetry = isPastDue(subscription);
  // A period that is read again may begin later than it did. What was charged before its end had the notice of another moment.
  if (!isRetry && createdAt < subscription.term.periodEnd - clocksApartMs) return { subscription, named: {} };
  // That of a renewal has the same id whenever it is given. That of a retry since the restore announces another charge.
  if (known !== null && (!isRetry || known.at <= createdAt)) return { subscription, named: { noticeId: known.id } };
  const missing = isRetry ? null : missingForCharge(asCharged(subscription), createdAt, context.policy);
  if (missing === null) return { subscription, named: {} };
  // As of now: a recalled retry names none, because one that the subscriber asked for had none.
  const { noticeId, subscription: noticed } = withNotice(subscription, missing, context);
  return { subscription: noticed, named: { noticeId } };
}

/**
 * Opens the charge of the next period that the provider has since a restore, so that it precedes the commands that came after
 * it. Null where there is none, or where another payment is open.
 */
export function takeCharge(draft: Draft, context: Context): Draft | null {
  const { subscription, payment, recalled } = draft.state;
  if (recalled.length === 0 || payment !== null || !mayCharge(subscription)) return null;
  const { methodId } = subscription;
  // One period ahead at most: a later charge is taken when it falls due.
  if (methodId === null || isPaidAhead(subscription, context.now)) return null;
  const next = nextAttempt(subscription, recalled, context);
  // Where its money went back, a command of then may have ended the subscription first.
  if (next === null || next.charge.wentBack === true) return null;
  const noticed = withItsNotice(subscription, next.charge, context);
  const counted = { ...noticed.subscription, attemptsMade: next.attemptNo - 1 };
  const how = { methodId, saveMethod: false, returnUrl: null, ...noticed.named };
  return openPeriodPayment(draft, counted, how, context);
}
