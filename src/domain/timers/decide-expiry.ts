import { accessUntil } from '../subscription/access.ts';
import type { Instant } from '../model/instant.ts';
import type { TimerDefinition } from './definition.ts';
import type { Context } from '../model/context.ts';
import { declineRules } from '../model/decline-table.ts';
import { mayContinue } from './decide-renewal.ts';
import { accepted, type Decision, draftOf, ignored } from '../decision/draft.ts';
import { endSubscription } from '../subscription/end-subscription.ts';
import type { Subscriber } from '../model/subscriber.ts';
import type { EndCause, LiveSubscription } from '../model/subscription.ts';
import { mayExpire } from '../model/subscription-questions.ts';

type ExpiryDue = {
  readonly type: 'subscription.expiry_due';
  readonly subscriptionId: string;
  readonly dueAt: Instant;
};

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
 * `subscription.expiry_due`: the stored access has ended. While a payment, a hold or a planned charge may still bring
 * another period, the subscription does not expire, and finalizeDecision extends or withdraws access.
 */
export function decideExpiry(state: Subscriber, subscriptionId: string, context: Context): Decision {
  const { subscription } = state;
  const { now, policy } = context;
  const draft = draftOf(state);
  if (subscription?.id !== subscriptionId) return ignored('another subscription');
  if (!mayExpire(subscription)) return ignored('subscription has ended');
  if (now < accessUntil(subscription, policy)) return ignored('access has not run out');
  if (mayContinue(state, subscription)) return accepted(draft);
  return accepted(endSubscription(draft, subscription, { status: 'expired', cause: endCause(subscription), at: now }));
}

/** `subscription.expiry_due`: the moment at which stored access runs out. */
export const expiryDue: TimerDefinition<ExpiryDue> = {
  id: ({ subscriptionId, dueAt }) => `expiry-due:${subscriptionId}:${dueAt}`,
  dues: (state, policy) => {
    const { subscription } = state;
    // Without access, only a subscription that cannot continue still has to expire.
    const hasEnd = mayExpire(subscription) && (state.entitlement?.active === true || !mayContinue(state, subscription));
    if (!hasEnd) return { business: [], real: [] };
    const at = accessUntil(subscription, policy);
    const timer = { type: 'subscription.expiry_due', subscriptionId: subscription.id, dueAt: at } as const;
    return { business: [{ at, timer }], real: [] };
  },
  yieldsToCommands: false,
  decide: (state, { subscriptionId }, context) => decideExpiry(state, subscriptionId, context),
};
