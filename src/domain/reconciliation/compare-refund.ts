import type { DifferenceKind } from '../model/difference.ts';
import { sameMoney } from '../model/money.ts';
import { isOver, hasMoved, mayBeRetried } from '../model/payment-states.ts';
import type { ProviderRefund } from '../model/provider.ts';
import type { BookedPayment, BookedRefund } from './booked.ts';

/** A refund that our books do not have. Only money that went back counts: one under way may still fail. */
function compareUnknown(payment: BookedPayment | null, theirs: ProviderRefund): DifferenceKind | null {
  if (theirs.status !== 'succeeded') return null;
  if (theirs.metadata.userId !== null) return 'unknown_here';
  return payment === null ? 'foreign' : 'cabinet_refund';
}

/** How the provider's refund differs from what our books say about it and its payment; null where they agree. */
export function compareRefund(
  ours: BookedRefund | null,
  payment: BookedPayment | null,
  theirs: ProviderRefund,
): DifferenceKind | null {
  if (ours === null) return compareUnknown(payment, theirs);
  const isSame = sameMoney(ours.amount, theirs.amount);
  switch (theirs.status) {
    case 'pending':
      return null;
    case 'canceled':
      if (hasMoved(ours)) return 'not_succeeded_there';
      return isOver(ours) ? null : 'not_applied';
    case 'succeeded':
      if (mayBeRetried(ours)) return 'unknown_here';
      if (!isSame) return 'amount_differs';
      return hasMoved(ours) ? null : 'not_applied';
  }
}
