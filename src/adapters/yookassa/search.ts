import type { PaymentProvider } from '../../application/ports/payment-provider.ts';
import type { CheckResult, ProviderObject } from '../../domain/model/provider.ts';
import { hasName } from '../../domain/model/refund-name.ts';
import type { ReadPage, Unreadable } from './list-page.ts';
import { createSharedWalks, type Seen, stretchMs } from './shared-walks.ts';
import { walkList } from './walk-list.ts';

type Search = Parameters<PaymentProvider['search']>[0];
type PaymentSearch = Extract<Search, { object: 'payment' }>;
type RefundSearch = Extract<Search, { object: 'refund' }>;

/** More than an outage of hours leaves unknown. A search that waits holds about a kilobyte. */
const searchesMax = 10_000;

const ranks = { succeeded: 3, waiting_for_capture: 2, pending: 1, canceled: 0 } as const;

/** Of several objects with one payment id, the one that took money counts. */
const weightiest = (found: readonly ProviderObject[]): ProviderObject | undefined =>
  found.toSorted((a, b) => ranks[b.status] - ranks[a.status])[0];

function resultOf({ found, unread }: Seen): CheckResult {
  if (unread !== null) return { kind: 'unavailable', reason: unread };
  const object = weightiest(found);
  return object === undefined ? { kind: 'absent' } : { kind: 'found', object };
}

/** A payment has few refunds, so their list is read by itself. */
async function seeRefunds(readPage: ReadPage, search: RefundSearch, correlationId: string): Promise<Seen> {
  const { paymentId, refundId, providerPaymentId } = search;
  const found: ProviderObject[] = [];
  const unreadOurs: Unreadable[] = [];
  const unread = await walkList(
    readPage,
    { object: 'refund', providerPaymentId },
    {
      correlationId,
      visit: ({ objects, unreadable }) => {
        found.push(...objects.filter(({ metadata }) => hasName(metadata, { paymentId, refundId })));
        unreadOurs.push(...unreadable.filter((one) => one.paymentId === paymentId));
      },
    },
  );
  return { found, unread: unread ?? (unreadOurs.length > 0 ? 'invalid_answer' : null) };
}

/**
 * Searches the list. `absent` only when every page was read, and no object that names the payment was unreadable. Objects
 * of others may be: each request of ours has its payment in the metadata.
 */
export function createSearch(readPage: ReadPage): PaymentProvider['search'] {
  const see = createSharedWalks(readPage);
  let underWay = 0;

  const seePayment = async ({ paymentId, from, to }: PaymentSearch, correlationId: string): Promise<Seen> => {
    const found: ProviderObject[] = [];
    for (let start = Math.floor(from / stretchMs) * stretchMs; start <= to; start += stretchMs) {
      const seen = await see(paymentId, start, correlationId);
      if (seen.unread !== null) return seen;
      found.push(...seen.found);
    }
    return { found, unread: null };
  };

  return async (search, correlationId) => {
    if (underWay >= searchesMax) return { kind: 'unavailable', reason: 'too_many_searches' };
    underWay += 1;
    try {
      const isPayment = search.object === 'payment';
      const seen = isPayment ? seePayment(search, correlationId) : seeRefunds(readPage, search, correlationId);
      return resultOf(await seen);
    } finally {
      underWay -= 1;
    }
  };
}
