import { accessUntil, keepsAccess } from './access.ts';
import type { Context } from './context.ts';
import { declineRules } from './decline-table.ts';
import { nextChargeAt } from './decide-renewal.ts';
import { draftOf } from './draft.ts';
import { endSubscription } from './end-subscription.ts';
import { accepted, ignored, type Ruling } from './ruling.ts';
import type { Subscriber } from './subscriber.ts';
import { type EndCause, isLive, type LiveSubscription } from './subscription.ts';

function endCause(subscription: LiveSubscription): EndCause {
  if (subscription.cancelAtPeriodEnd) return 'user_canceled';
  if (subscription.status === 'active') return 'not_renewing';
  return declineRules[subscription.dunning.lastClass].methodDead ? 'hard_declined' : 'dunning_exhausted';
}

/** Whether nothing can bring the subscription into another period any more. */
const nothingAhead = (subscription: LiveSubscription, state: Subscriber): boolean =>
  state.payment === null && nextChargeAt(subscription) === null;

/**
 * `subscription.expiry_due`: access has run out as far as stored. Never expired while a charge is unresolved or the
 * subscription is held: then access is extended and asked about again.
 */
export function decideExpiry(state: Subscriber, subscriptionId: string, context: Context): Ruling {
  const { subscription } = state;
  const { now, policy } = context;
  if (subscription?.id !== subscriptionId) return ignored('another subscription');
  if (!isLive(subscription)) return ignored('subscription has ended');
  const endsAt = accessUntil(subscription, policy);
  if (now < endsAt) return ignored('access has not run out');
  if (keepsAccess(state, subscription, endsAt)) {
    const extended = { ...subscription, extendedUntil: now + policy.extensionMs };
    return { kind: 'accepted', events: [{ type: 'subscription.tracked', subscription: extended }] };
  }
  // Access is over, the subscription is not: the entitlement is withdrawn by the caller, the rest goes on.
  if (subscription.held !== null || !nothingAhead(subscription, state)) return { kind: 'accepted', events: [] };
  const cause = endCause(subscription);
  return accepted(endSubscription(draftOf(state), subscription, { status: 'expired', cause, at: now }));
}
