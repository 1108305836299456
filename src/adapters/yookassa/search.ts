import { toIso } from '../../domain/model/instant.ts';
import type { CheckResult, ProviderObject } from '../../domain/model/provider.ts';
import type { PaymentProvider } from '../../application/ports/payment-provider.ts';
import type { HttpResult } from './http-call.ts';
import { isFields, parseJson, parseObject } from './parse-object.ts';

/** The provider's largest page. */
const pageItemsMax = 100;
/** 5,000 objects: far more than a window of hours has. It bounds a cursor that repeats itself. */
const pagesMax = 50;

export type Search = Parameters<PaymentProvider['search']>[0];

/** The filters are sent with every cursor: the provider does not document whether a cursor includes them. */
function pagePath(search: Search, cursor: string | null): string {
  const query = new URLSearchParams({ limit: String(pageItemsMax) });
  if (search.object === 'payment') {
    query.set('created_at.gte', toIso(search.from));
    query.set('created_at.lte', toIso(search.to));
  } else query.set('payment_id', search.providerPaymentId);
  if (cursor !== null) query.set('cursor', cursor);
  return `/${search.object}s?${query.toString()}`;
}

type Page = { readonly ours: readonly ProviderObject[]; readonly nextCursor: string | null };

const namesPayment = (item: unknown, paymentId: string): boolean =>
  isFields(item) && isFields(item['metadata']) && item['metadata']['payment_id'] === paymentId;

function parsePage(body: string, search: Search): Page | null {
  const value = parseJson(body);
  if (!isFields(value) || value['type'] !== 'list') return null;
  const items: unknown = value['items'];
  const cursor = value['next_cursor'] ?? null;
  if (!Array.isArray(items) || !items.every(isFields) || (cursor !== null && typeof cursor !== 'string')) return null;
  const named = items.filter((item) => namesPayment(item, search.paymentId));
  const ours = named.map((item) => parseObject(search.object, item)).filter((object) => object !== null);
  return ours.length < named.length ? null : { ours, nextCursor: cursor };
}

const ranks = { succeeded: 3, waiting_for_capture: 2, pending: 1, canceled: 0 } as const;

/** Of several objects with one payment id, the one that took money counts. */
const weightiest = (found: readonly ProviderObject[]): ProviderObject | undefined =>
  found.toSorted((a, b) => ranks[b.status] - ranks[a.status])[0];

/** Reads the list page by page. `absent` only when every page was read and parsed. */
export async function searchList(search: Search, get: (path: string) => Promise<HttpResult>): Promise<CheckResult> {
  const found: ProviderObject[] = [];
  let cursor: string | null = null;
  for (let page = 0; page < pagesMax; page += 1) {
    const result: HttpResult = await get(pagePath(search, cursor));
    if (result.kind === 'failed') return { kind: 'unavailable', reason: result.code.toLowerCase() };
    if (result.status !== 200) return { kind: 'unavailable', reason: `http_${result.status}` };
    const parsed = parsePage(result.body, search);
    if (parsed === null) return { kind: 'unavailable', reason: 'invalid_answer' };
    found.push(...parsed.ours);
    cursor = parsed.nextCursor;
    if (cursor === null) break;
  }
  const object = weightiest(found);
  if (object !== undefined) return { kind: 'found', object };
  return cursor === null ? { kind: 'absent' } : { kind: 'unavailable', reason: 'too_many_pages' };
}
