import type { EndCause, LiveSubscription } from '../model/subscription.ts';

/** Whether it goes on after its period: it was bought to renew, and no cancel is scheduled. */
export const renews = ({ autoRenew, cancelAtPeriodEnd }: LiveSubscription): boolean => autoRenew && !cancelAtPeriodEnd;

/** The subscription as it was when it was charged: it renewed then, and no hold stopped it. A restored document may say otherwise. */
export const asCharged = (subscription: LiveSubscription): LiveSubscription => ({
  ...subscription,
  ...{ autoRenew: true, cancelAtPeriodEnd: false, held: null },
});

/** Why it does not go on after its period; null where it does. It ends with that cause. */
export function whyNotRenewing(
  subscription: LiveSubscription,
): Extract<EndCause, 'user_canceled' | 'method_unlinked' | 'not_renewing'> | null {
  if (subscription.cancelAtPeriodEnd) return 'user_canceled';
  if (subscription.renewalStopped != null) return subscription.renewalStopped;
  return subscription.autoRenew ? null : 'not_renewing';
}
