import type { LiveSubscription } from '../model/subscription.ts';

/** Whether it goes on after its period: it was bought to renew, and no cancel is scheduled. */
export const renews = ({ autoRenew, cancelAtPeriodEnd }: LiveSubscription): boolean => autoRenew && !cancelAtPeriodEnd;
