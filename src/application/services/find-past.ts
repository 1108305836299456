import type { ProviderObject } from '../../domain/model/provider.ts';
import type { Past } from '../../domain/reconciliation/find-difference.ts';
import type { CoreServices } from './core-services.ts';

/** Whose object it is: a refund made in the provider's cabinet has no names of ours, and its payment has. */
export type Owner = { readonly userId: string; readonly paymentId: string | null };

/**
 * What the read models say about the object and its payment. It is certain to be complete only where the document, loaded
 * before, had an empty outbox.
 */
export async function findPast(
  { past, books }: Pick<CoreServices, 'past' | 'books'>,
  { userId, paymentId }: Owner,
  object: ProviderObject,
): Promise<Past> {
  const payment = paymentId === null ? null : await past.findPayment(userId, paymentId);
  // A payment that was kept beside another goes back: what of it went back before counts.
  if (object.object === 'payment' && payment?.isDuplicate !== true) return { payment, refunds: [] };
  const paymentIds = paymentId === null ? [] : [paymentId];
  const providerIds = object.object === 'refund' ? [object.id] : [];
  const refunds = await books.findRefunds({ providerIds, paymentIds });
  return { payment, refunds: refunds.filter((refund) => refund.userId === userId) };
}
