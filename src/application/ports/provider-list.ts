import type { Instant } from '../../domain/model/instant.ts';
import type { ProviderObject } from '../../domain/model/provider.ts';

/** Objects of one kind by their creation time, `[from, to)` in real time. */
export type ListQuery = {
  readonly object: 'payment' | 'refund';
  readonly from: Instant;
  readonly to: Instant;
};

/** One page. An object that the adapter cannot parse strictly is named in `unreadable` and is in no other place. */
export type ListPage =
  | {
      readonly kind: 'page';
      readonly objects: readonly ProviderObject[];
      readonly unreadable: readonly string[];
      /** Null on the last page. */
      readonly nextCursor: string | null;
    }
  | { readonly kind: 'unavailable'; readonly reason: string };

/**
 * The provider's own list of what happened in our shop, the payments and refunds of others included. It never rejects for
 * what the provider or the network does. It waits for its own budget of requests (2 a second at most), so that reading
 * the books takes no call slot from purchases and renewals.
 */
export type ProviderList = {
  /** The alias of the pay system whose list it is; hints about its objects carry it. */
  readonly paySystem: string;
  readonly page: (query: ListQuery, cursor: string | null, correlationId: string) => Promise<ListPage>;
};
