import { abandonOpenPayment } from '../payment/abandon-payment.ts';
import { accessUntil, holdEndsAt } from '../subscription/access.ts';
import type { Instant } from '../model/instant.ts';
import type { TimerDefinition } from './definition.ts';
import type { Context } from '../model/context.ts';
import type { Policy } from '../model/policy.ts';
import { declineRules } from '../model/decline-table.ts';
import { mayContinue } from './decide-renewal.ts';
import { accepted, type Decision, draftOf, ignored } from '../decision/draft.ts';
import { isReadAgain } from '../model/epoch.ts';
import { attemptOfNext } from '../payment/recalled-attempt.ts';
import { contactAwaitedUntil } from '../subscription/receipt-contact.ts';
import { endSubscription } from '../subscription/end-subscription.ts';
import { whyNotRenewing } from '../subscription/renews.ts';
import type { Subscriber } from '../model/subscriber.ts';
import type { EndCause, LiveSubscription } from '../model/subscription.ts';
import { mayExpire } from '../model/subscription-questions.ts';

type ExpiryDue = {
  readonly type: 'subscription.expiry_due';
  readonly subscriptionId: string;
  readonly dueAt: Instant;
};

function endCause(subscription: LiveSubscription): EndCause {
  const why = whyNotRenewing(subscription);
  if (why !== null) return why;
  switch (subscription.status) {
    case 'active':
      return 'not_renewing';
    case 'past_due':
      return declineRules[subscription.dunning.lastClass].methodDead ? 'hard_declined' : 'dunning_exhausted';
  }
}

/**
 * Since a restore the provider has a payment for the period after the one that has ended, as the page of one that was paid ahead.
 * Its command is read again, and takes it.
 */
function waitsForCommands({ recalled }: Subscriber, subscription: LiveSubscription, context: Context): boolean {
  const { epoch, realNow } = context;
  if (epoch === null || !isReadAgain(epoch, realNow)) return false;
  const kept = recalled.filter(({ object, wentBack }) => object === 'payment' && wentBack !== true);
  return attemptOfNext(kept, subscription, context) !== null;
}

/**
 * `subscription.expiry_due`: the stored access has ended, or a hold has lasted too long. While a payment or a charge may
 * still bring another period, the subscription does not expire, and finalizeDecision extends or withdraws access. A hold
 * that is over ends it all the same: the subscriber can buy again, and a charge that succeeds later is refunded. So does a
 * wait for a receipt contact that has lasted as long as dunning would.
 */
export function decideExpiry(state: Subscriber, subscriptionId: string, context: Context): Decision {
  const { subscription } = state;
  const { now, policy } = context;
  const draft = draftOf(state);
  if (subscription?.id !== subscriptionId) return ignored('another subscription');
  if (!mayExpire(subscription)) return ignored('subscription has ended');
  if (now < accessUntil(subscription, policy)) return ignored('access has not run out');
  if (waitsForCommands(state, subscription, context)) return ignored('commands come first');
  const isHoldOver = now >= (holdEndsAt(subscription, policy) ?? Infinity);
  const isWaitOver = now >= (contactAwaitedUntil(state, subscription, policy) ?? Infinity);
  if (mayContinue(state, subscription) && !isHoldOver && !isWaitOver) return accepted(draft);
  const abandoned = abandonOpenPayment(draft, 'canceled', context);
  const cause = isWaitOver ? 'contact_missing' : endCause(subscription);
  const end = { status: 'expired', cause, at: now } as const;
  return accepted(endSubscription(abandoned, subscription, end));
}

/** When access or a hold runs out; null while neither does. */
function expiryAt(state: Subscriber, subscription: LiveSubscription, policy: Policy): Instant | null {
  const endsAt = accessUntil(subscription, policy);
  // Without access, only a subscription that cannot continue still has to expire.
  if (state.entitlement?.active === true || !mayContinue(state, subscription)) return endsAt;
  const lastsUntil = holdEndsAt(subscription, policy) ?? contactAwaitedUntil(state, subscription, policy);
  return lastsUntil === null ? null : Math.max(endsAt, lastsUntil);
}

/** `subscription.expiry_due`: the moment at which stored access, or a hold, runs out. */
export const expiryDue: TimerDefinition<ExpiryDue> = {
  id: ({ subscriptionId, dueAt }) => `expiry-due:${subscriptionId}:${dueAt}`,
  dues: (state, policy) => {
    const { subscription } = state;
    const at = mayExpire(subscription) ? expiryAt(state, subscription, policy) : null;
    if (at === null || subscription === null) return { business: [], real: [] };
    const timer = { type: 'subscription.expiry_due', subscriptionId: subscription.id, dueAt: at } as const;
    return { business: [{ at, timer }], real: [] };
  },
  yieldsToCommands: false,
  decide: (state, { subscriptionId }, context) => decideExpiry(state, subscriptionId, context),
};
