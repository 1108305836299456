import type { Instant } from '../model/instant.ts';
import type { LiveSubscription } from '../model/subscription.ts';

/**
 * The next period is paid already: its term is stored, and begins only when the present one is over. A term that follows
 * no other began when it was paid: where it seems to lie ahead, the clock of this process is behind.
 */
export const isPaidAhead = ({ term, previousTerm }: LiveSubscription, now: Instant): boolean =>
  previousTerm?.periodEnd === term.periodStart && now < term.periodStart;
