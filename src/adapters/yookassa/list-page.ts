import { type Instant, toIso } from '../../domain/model/instant.ts';
import type { ProviderObject } from '../../domain/model/provider.ts';
import type { HttpResult } from './http-call.ts';
import { reasonOf } from './outcome.ts';
import { isFields, parseJson, parseObject } from './parse-object.ts';

/** The provider's largest page. */
const pageItemsMax = 100;

/** Payments or refunds by their creation time `[from, to)`, or the refunds of one payment. */
export type ListFilter =
  | { readonly object: 'payment' | 'refund'; readonly from: Instant; readonly to: Instant }
  | { readonly object: 'refund'; readonly providerPaymentId: string };

/** An object that cannot be parsed strictly. `paymentId` is the payment of ours that it names, as far as it can be read. */
export type Unreadable = { readonly id: string; readonly paymentId: string | null };

export type ListedPage =
  | {
      readonly kind: 'page';
      readonly objects: readonly ProviderObject[];
      readonly unreadable: readonly Unreadable[];
      readonly nextCursor: string | null;
    }
  | { readonly kind: 'unavailable'; readonly reason: string };

export type ReadPage = (filter: ListFilter, cursor: string | null, correlationId: string) => Promise<ListedPage>;

/** The filters are sent with every cursor: the provider does not document whether a cursor includes them. */
function pagePath(filter: ListFilter, cursor: string | null): string {
  const query = new URLSearchParams({ limit: String(pageItemsMax) });
  if ('from' in filter) {
    query.set('created_at.gte', toIso(filter.from));
    query.set('created_at.lt', toIso(filter.to));
  } else query.set('payment_id', filter.providerPaymentId);
  if (cursor !== null) query.set('cursor', cursor);
  return `/${filter.object}s?${query.toString()}`;
}

const textOrNull = (value: unknown): string | null => (typeof value === 'string' ? value : null);

const unreadableOf = ({ id, metadata }: Readonly<Record<string, unknown>>): Unreadable => ({
  id: textOrNull(id) ?? 'an object without an id',
  paymentId: isFields(metadata) ? textOrNull(metadata['payment_id']) : null,
});

function parsePage(filter: ListFilter, body: string): ListedPage {
  const invalid = { kind: 'unavailable', reason: 'invalid_answer' } as const;
  const value = parseJson(body);
  if (!isFields(value) || value['type'] !== 'list') return invalid;
  const items: unknown = value['items'];
  const nextCursor = value['next_cursor'] ?? null;
  if (!Array.isArray(items) || !items.every(isFields)) return invalid;
  if (nextCursor !== null && typeof nextCursor !== 'string') return invalid;
  const parsed = items.map((item) => ({ item, object: parseObject(filter.object, item) }));
  return {
    kind: 'page',
    objects: parsed.flatMap(({ object }) => (object === null ? [] : [object])),
    unreadable: parsed.flatMap(({ item, object }) => (object === null ? [unreadableOf(item)] : [])),
    nextCursor,
  };
}

export function createPageReader(get: (path: string, correlationId: string) => Promise<HttpResult>): ReadPage {
  return async (filter, cursor, correlationId) => {
    const result = await get(pagePath(filter, cursor), correlationId);
    if (result.kind === 'failed') return { kind: 'unavailable', reason: reasonOf(result.code) };
    if (result.status !== 200) return { kind: 'unavailable', reason: `http_${result.status}` };
    return parsePage(filter, result.body);
  };
}
