import type { Past } from '../../domain/reconciliation/find-difference.ts';
import { Fault } from '../ports/faults.ts';
import type { StoredSubscriber } from '../ports/subscriber-store.ts';
import { refundsOf } from './find-past.ts';
import type { CoreServices } from './core-services.ts';

type Saved = Pick<StoredSubscriber, 'subscriber' | 'outbox'>;
type Services = Pick<CoreServices, 'past' | 'books' | 'relay'>;

/**
 * What the read models say of a payment and its refunds. They are certain to have all of it only where the document, loaded
 * before, has no outbox entry left: a payment that the document has forgotten waits for that.
 */
export async function findPaid(
  { past, books, relay }: Services,
  saved: Saved | null,
  { userId, paymentId }: { readonly userId: string; readonly paymentId: string },
): Promise<Past> {
  const isHeld = saved?.subscriber.captures.some((capture) => capture.paymentId === paymentId) === true;
  const outbox = saved?.outbox ?? [];
  if (!isHeld && outbox.length > 0 && !(await relay.publish(userId, outbox)))
    throw new Fault('books_behind', 'The read models may still lack refunds of the payment.', {
      retryable: true,
      queues: true,
    });
  const payment = await past.findPayment(userId, paymentId);
  const named = { providerIds: [], paymentIds: [paymentId] };
  return { payment, refunds: payment === null ? [] : await refundsOf(books, userId, named) };
}
