import type { Context } from '../model/context.ts';
import type { Draft } from '../decision/draft.ts';
import type { Recalled } from '../model/recalled.ts';
import type { LiveSubscription } from '../model/subscription.ts';
import { mayCharge } from '../model/subscription-questions.ts';
import { isPaidAhead } from '../subscription/paid-ahead.ts';
import { openPeriodPayment } from './open-payment.ts';
import { type Attempt, attemptOfNext } from './recalled-attempt.ts';
import { withItsNotice } from './recalled-notice.ts';

/** What of it is a charge of the next period, the earliest attempt first. */
function nextAttempt(subscription: LiveSubscription, recalled: readonly Recalled[], context: Context): Attempt | null {
  // A page changes the method of later periods: its command, which is read again, opens it.
  const charges = recalled.filter(({ object, methodId }) => object === 'payment' && methodId === subscription.methodId);
  return attemptOfNext(charges, subscription, context);
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
