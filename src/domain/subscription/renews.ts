import type { EndCause, LiveSubscription } from '../model/subscription.ts';

/** Whether it goes on after its period: it was bought to renew, and no cancel is scheduled. */
export const renews = ({ autoRenew, cancelAtPeriodEnd }: LiveSubscription): boolean => autoRenew && !cancelAtPeriodEnd;

/** Why it does not go on after its period; null where it does. It ends with that cause. */
export function whyNotRenewing(
  subscription: LiveSubscription,
): Extract<EndCause, 'user_canceled' | 'method_unlinked' | 'not_renewing'> | null {
  if (subscription.cancelAtPeriodEnd) return 'user_canceled';
  if (subscription.renewalStopped != null) return subscription.renewalStopped;
  return subscription.autoRenew ? null : 'not_renewing';
}
