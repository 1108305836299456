import type { Difference } from '../../domain/model/difference.ts';
import type { CoreServices } from './core-services.ts';

/** A success of ours by its name at the provider, and whose it is; null where the read models have no such success. */
export async function findBooked(
  { books }: Pick<CoreServices, 'books'>,
  { object, id }: Difference['subject'],
): Promise<{ readonly userId: string; readonly ours: NonNullable<Difference['ours']> } | null> {
  const providerIds = [id];
  const found =
    object === 'payment'
      ? await books.findPayments({ ids: [], providerIds })
      : await books.findRefunds({ providerIds, paymentIds: [] });
  const booked = found.find(({ state }) => state === 'succeeded');
  if (booked === undefined) return null;
  return { userId: booked.userId, ours: { state: booked.state, amount: booked.amount } };
}
