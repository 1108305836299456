import type { Refund } from './payment.ts';
import type { ProviderRefund } from './provider.ts';

type Numbered = Pick<Refund, 'id' | 'paymentId' | 'refundNo'>;
type Name = { readonly paymentId: string; readonly refundId: string | null };
type Metadata = ProviderRefund['metadata'];

/**
 * What the provider's metadata calls the refund, beside its payment; null for the first one of its payment. The first one
 * was the only one when the oldest refunds were made, so its objects name the payment alone.
 */
export const refundNameOf = ({ id, refundNo = 1 }: Pick<Numbered, 'id' | 'refundNo'>): string | null =>
  refundNo === 1 ? null : id;

export const hasName = ({ paymentId, refundId = null }: Metadata, name: Name): boolean =>
  paymentId === name.paymentId && refundId === name.refundId;

/** Whether the provider's object is an attempt of this refund. Only attempts of a first refund share their name. */
export const namesRefund = (metadata: Metadata, refund: Numbered): boolean =>
  hasName(metadata, { paymentId: refund.paymentId, refundId: refundNameOf(refund) });
