import { dayMs, type Instant } from '../model/instant.ts';
import type { Refund } from '../model/payment.ts';
import { hasMoved, mayBeRetried } from '../model/payment-states.ts';

/** Banks show a refund within three days of the provider's word; other methods than cards are faster. */
const arrivalMs = 3 * dayMs;

/**
 * By when the subscriber's bank should show the refund, whose present state is as of `at`. Null once it has failed for
 * good.
 */
export function expectedArrival(refund: Pick<Refund, 'state' | 'retryAt' | 'createdAt'>, at: Instant): Instant | null {
  if (hasMoved(refund)) return at + arrivalMs;
  if (!mayBeRetried(refund)) return refund.createdAt + arrivalMs;
  return refund.retryAt === null ? null : refund.retryAt + arrivalMs;
}
