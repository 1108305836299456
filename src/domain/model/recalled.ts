import type { Instant } from './instant.ts';
import type { Money } from './money.ts';
import type { ProviderObject, ProviderPayment } from './provider.ts';

/**
 * An object of ours at the provider that a restored document knows nothing of. The operation that made it will be decided
 * again, under the same id: it then takes this object for its own, and sends nothing.
 */
export type Recalled = {
  readonly object: 'payment' | 'refund';
  /** The provider's id. */
  readonly id: string;
  readonly paymentId: string;
  /** The name of a refund (refund-name.ts); null for a payment, and for the first refund of its payment. */
  readonly refundId: string | null;
  readonly amount: Money;
  readonly createdAt: Instant;
  /** What paid it. Absent from documents saved before this field existed. */
  readonly methodId?: string | null;
  /** All of its money has gone back. Absent where it has not. */
  readonly wentBack?: true;
  /** It has moved nothing, and is over. Absent where it may have, and from documents saved before this field existed. */
  readonly failed?: true;
};

const hasGoneBack = ({ status, amount, refundedMinor = 0 }: ProviderPayment): boolean =>
  status === 'succeeded' && refundedMinor >= amount.amountMinor;

export function recalledOf(theirs: ProviderObject): Recalled | null {
  const { object, id, status, metadata, amount, createdAt } = theirs;
  const { paymentId, refundId = null } = metadata;
  if (paymentId === null) return null;
  const failed = status === 'canceled' ? { failed: true as const } : {};
  const named = { object, id, paymentId, refundId, amount, createdAt, ...failed };
  if (theirs.object === 'refund') return named;
  const back = hasGoneBack(theirs) ? { wentBack: true as const } : {};
  return { ...named, methodId: theirs.method?.id ?? null, ...back };
}
