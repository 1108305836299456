import type { Instant } from './instant.ts';
import type { EndCause, EndedSubscription, Subscription } from './subscription.ts';

/** The subscription as it stays for ever: its terms, its last period, when and why it ended. */
export function endSubscription(
  subscription: Subscription,
  end: { readonly status: EndedSubscription['status']; readonly cause: EndCause; readonly at: Instant },
): EndedSubscription {
  return {
    id: subscription.id,
    tariff: subscription.tariff,
    paySystem: subscription.paySystem,
    autoRenew: false,
    createdAt: subscription.createdAt,
    status: end.status,
    term: subscription.status === 'incomplete' ? null : subscription.term,
    endedAt: end.at,
    cause: end.cause,
  };
}
