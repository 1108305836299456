import type { ProviderObject } from '../../domain/model/provider.ts';
import type { Past } from '../../domain/reconciliation/find-difference.ts';
import type { Books } from '../ports/books.ts';
import type { CoreServices } from './core-services.ts';

/** Whose object it is: a refund made in the provider's cabinet has no names of ours, and its payment has. */
export type Owner = { readonly userId: string; readonly paymentId: string | null };

/** The refunds of the user, of those that are named. */
export async function refundsOf(
  books: Books,
  userId: string,
  named: Parameters<Books['findRefunds']>[0],
): Promise<Past['refunds']> {
  const found = await books.findRefunds(named);
  return found.filter((refund) => refund.userId === userId);
}

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
  return { payment, refunds: await refundsOf(books, userId, { providerIds, paymentIds }) };
}
