import type { Instant } from '../model/instant.ts';
import type { LiveSubscription } from '../model/subscription.ts';

/** The next period is paid already: its term is stored, and begins only when the present one is over. */
export const isPaidAhead = ({ term }: LiveSubscription, now: Instant): boolean => now < term.periodStart;
