import type { Entry } from './provider-ledger.ts';

/** What a list shows of its filters: by creation time, or the refunds of one payment. */
function accepts(query: URLSearchParams, object: Entry['object']) {
  const [from, before, paymentId] = ['created_at.gte', 'created_at.lt', 'payment_id'].map((name) => query.get(name));
  return (entry: Entry): boolean =>
    entry.object === object &&
    (from == null || entry.createdAt >= Date.parse(from)) &&
    (before == null || entry.createdAt < Date.parse(before)) &&
    (paymentId == null || (entry.object === 'refund' && entry.paymentId === paymentId));
}

export type ListedPage = { readonly items: readonly Entry[]; readonly nextCursor: string | null };

/** One page, newest first. The cursor is the id of the last object of the page before; any other begins at the newest. */
export function pageOf(
  visible: readonly Entry[],
  object: Entry['object'],
  query: URLSearchParams,
  itemsMax: number,
): ListedPage {
  const newestFirst = visible.filter(accepts(query, object)).toSorted((a, b) => b.createdAt - a.createdAt);
  const cursor = query.get('cursor');
  const rest = newestFirst.slice(newestFirst.findIndex(({ id }) => id === cursor) + 1);
  const items = rest.slice(0, itemsMax);
  return { items, nextCursor: rest.length > itemsMax ? (items.at(-1)?.id ?? null) : null };
}
