import type { Instant } from '../model/instant.ts';
import type { LiveSubscription } from '../model/subscription.ts';

/** When the next charge of the due period would be made if no hold stopped it; null when none is planned. */
export function plannedChargeAt(subscription: LiveSubscription): Instant | null {
  if (subscription.cancelAtPeriodEnd || !subscription.autoRenew) return null;
  if (subscription.methodId === null) return null;
  switch (subscription.status) {
    case 'active':
      return subscription.term.periodEnd;
    case 'past_due':
      return subscription.dunning.nextAttemptAt;
  }
}

/** When the next charge of the due period may be made; null when none is planned. */
export const nextChargeAt = (subscription: LiveSubscription): Instant | null =>
  subscription.held === null ? plannedChargeAt(subscription) : null;
