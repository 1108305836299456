import type { DifferenceKind } from '../model/difference.ts';
import { minuteMs, type Instant } from '../model/instant.ts';
import { sameMoney } from '../model/money.ts';
import { isOver, hasMoved, isUnresolved } from '../model/payment-states.ts';
import type { ProviderPayment } from '../model/provider.ts';
import type { BookedPayment } from './booked.ts';

/** News this young may still be on its way: the notification, the message or the save of it. */
export const youngMs = 5 * minuteMs;

const isYoung = (at: Instant | null, now: Instant): boolean => at !== null && now - at < youngMs;

/** The shop has its money. What staff gave back whole in the cabinet is no difference any more. */
const isTakenHere = ({ status, amount, refundedMinor = 0 }: ProviderPayment): boolean =>
  status === 'succeeded' && refundedMinor < amount.amountMinor;

/** We have its money. */
function compareSucceeded(ours: BookedPayment, theirs: ProviderPayment, now: Instant): DifferenceKind | null {
  const isTaken = theirs.status === 'succeeded';
  // Another object under the name of ours: its money was taken as well.
  if (ours.providerPaymentId !== null && ours.providerPaymentId !== theirs.id)
    return isTakenHere(theirs) ? 'unknown_here' : null;
  if (!isTaken) return isYoung(ours.capturedAt, now) ? null : 'not_succeeded_there';
  // Its money is back. An amount that differed then has raised an alarm.
  if (ours.isRefunded) return null;
  if (!sameMoney(ours.amount, theirs.amount)) return 'amount_differs';
  return ours.isDuplicate ? 'paid_twice' : null;
}

/** We wait for its end. An open page that was canceled moves no money, and the polls find it. */
function compareWaiting(ours: BookedPayment, theirs: ProviderPayment, now: Instant): DifferenceKind | null {
  switch (theirs.status) {
    case 'pending':
    case 'waiting_for_capture':
      return null;
    case 'canceled':
      return isUnresolved(ours) ? 'not_applied' : null;
    case 'succeeded':
      if (isYoung(theirs.capturedAt, now)) return null;
      return sameMoney(ours.amount, theirs.amount) ? 'not_applied' : 'amount_differs';
  }
}

/** How the provider's payment differs from what our books say about it; null where they agree. */
export function comparePayment(
  ours: BookedPayment | null,
  theirs: ProviderPayment,
  now: Instant,
): DifferenceKind | null {
  const { userId, paymentId } = theirs.metadata;
  const isTaken = theirs.status === 'succeeded';
  if (userId === null || paymentId === null) return isTaken ? 'foreign' : null;
  if (ours === null) return isTakenHere(theirs) ? 'unknown_here' : null;
  if (hasMoved(ours)) return compareSucceeded(ours, theirs, now);
  if (!isOver(ours)) return compareWaiting(ours, theirs, now);
  return isTaken && !ours.isRefunded ? 'late_success' : null;
}
