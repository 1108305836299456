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
  if (object.object === 'payment') return { payment, refunds: [] };
  const paymentIds = paymentId === null ? [] : [paymentId];
  const refunds = await books.findRefunds({ providerIds: [object.id], paymentIds });
  return { payment, refunds: refunds.filter((refund) => refund.userId === userId) };
}
