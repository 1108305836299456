import type { Instant } from '../model/instant.ts';
import type { Subscription } from '../model/subscription.ts';
import { endAfterCancel } from './access.ts';
import { renews } from './renews.ts';

/** When the subscription ended, or will end as it stands; null while it renews or waits for its first payment. */
export function plannedEnd(subscription: Subscription | null): Instant | null {
  switch (subscription?.status) {
    case 'active':
    case 'past_due':
      return renews(subscription) ? null : endAfterCancel(subscription);
    case 'expired':
    case 'canceled':
    case 'incomplete_expired':
      return subscription.endedAt;
    case 'incomplete':
    case undefined:
      return null;
  }
}
