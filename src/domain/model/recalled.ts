import type { Instant } from './instant.ts';
import type { Money } from './money.ts';
import type { ProviderObject } from './provider.ts';

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
};

export const recalledOf = ({ object, id, metadata, amount, createdAt }: ProviderObject): Recalled | null =>
  metadata.paymentId === null
    ? null
    : { object, id, paymentId: metadata.paymentId, refundId: metadata.refundId ?? null, amount, createdAt };
