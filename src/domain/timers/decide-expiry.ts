import { accessUntil } from '../subscription/access.ts';
import type { Context } from '../model/context.ts';
import { declineRules } from '../model/decline-table.ts';
import { goesOn } from './decide-renewal.ts';
import { accepted, type Decision, draftOf, ignored } from '../decision/draft.ts';
import { endSubscription } from '../subscription/end-subscription.ts';
import type { Subscriber } from '../model/subscriber.ts';
import type { EndCause, LiveSubscription } from '../model/subscription.ts';
import { mayExpire } from '../model/subscription-questions.ts';

function endCause(subscription: LiveSubscription): EndCause {
  if (subscription.cancelAtPeriodEnd) return 'user_canceled';
  switch (subscription.status) {
    case 'active':
      return 'not_renewing';
    case 'past_due':
      return declineRules[subscription.dunning.lastClass].methodDead ? 'hard_declined' : 'dunning_exhausted';
  }
}

/**
 * `subscription.expiry_due`: access has run out as far as stored. While anything may still bring another period, only
 * access is looked at anew, as at the end of every decision: extended, or withdrawn.
 */
export function decideExpiry(state: Subscriber, subscriptionId: string, context: Context): Decision {
  const { subscription } = state;
  const { now, policy } = context;
  const draft = draftOf(state);
  if (subscription?.id !== subscriptionId) return ignored('another subscription');
  if (!mayExpire(subscription)) return ignored('subscription has ended');
  if (now < accessUntil(subscription, policy)) return ignored('access has not run out');
  if (goesOn(state, subscription)) return accepted(draft);
  return accepted(endSubscription(draft, subscription, { status: 'expired', cause: endCause(subscription), at: now }));
}
