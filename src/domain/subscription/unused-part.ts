import type { Instant } from '../model/instant.ts';
import type { Policy } from '../model/policy.ts';
import type { Term } from '../model/subscription.ts';

/**
 * What of the money for a period is unused at an instant: by time, rounded up to the minor unit, which is in the
 * subscriber's favour. Exact integers: the price of a year times its milliseconds is more than a number holds.
 */
export function unusedMinor(
  paidMinor: number,
  { periodStart, periodEnd }: Pick<Term, 'periodStart' | 'periodEnd'>,
  at: Instant,
): number {
  const lengthMs = BigInt(periodEnd - periodStart);
  const unusedMs = BigInt(Math.max(0, periodEnd - Math.max(at, periodStart)));
  return Number((BigInt(paidMinor) * unusedMs + lengthMs - 1n) / lengthMs);
}

/** What of it can go back: the provider refunds no less than its minimum, and leaves nothing or its minimum. */
export function refundableMinor(
  wantedMinor: number,
  leftMinor: number,
  { minRefundMinor, remainderMinMinor }: Pick<Policy, 'minRefundMinor' | 'remainderMinMinor'>,
): number {
  const backMinor = Math.min(wantedMinor, leftMinor);
  if (backMinor < minRefundMinor) return 0;
  return leftMinor - backMinor < remainderMinMinor ? leftMinor : backMinor;
}
