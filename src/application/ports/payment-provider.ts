import type { Instant } from '../../domain/model/instant.ts';
import type { GivenContact } from '../../domain/model/receipt-contact.ts';
import type { CheckResult, ProviderObjects, ProviderRequest, SendOutcome } from '../../domain/model/provider.ts';

/** To whom a receipt is sent, in clear. */
export type Customer = { readonly kind: GivenContact['kind']; readonly value: string };

/** No call was made: the circuit breaker is open, because the provider has not answered for a while. */
export const circuitOpen = 'circuit_open';

/** No call was made: the share of this process in the calls of all processes has ended, or is used up. */
export const noShare = 'no_share';

/** Nothing was sent: our clock differs from the provider's, so the age of a key is unknown. */
export const clockDiffers = 'clock_differs';

/**
 * A payment provider. It never rejects for what the provider or the network does: that is an outcome. `send` sends at
 * once or returns `unsent`, ends within its own time limit (35 s) and never follows redirects.
 */
export type PaymentProvider = {
  /** The exact bytes of the request, with method and path. Pure and deterministic. A request with a receipt has a customer. */
  readonly freeze: (providerRequest: ProviderRequest, customer?: Customer) => string;
  readonly send: (frozen: string, idempotenceKey: string, correlationId: string) => Promise<SendOutcome>;
  readonly read: <Kind extends keyof ProviderObjects>(
    object: Kind,
    id: string,
    correlationId: string,
  ) => Promise<CheckResult<ProviderObjects[Kind]>>;
  /**
   * Searches the provider's list for the object whose metadata has the `paymentId`: payments by their creation time,
   * refunds by their payment, each by its own name. One that lies close to the window may be found as well. `absent` only
   * when every page of the list was read after the search was begun. Its calls find a slot themselves: like ProviderList it
   * waits in a queue of its own, for minutes where much is to be read.
   *
   * Bindings are in no list: the one of an unknown send is found by sending the same bytes under the same key again, or by
   * its notification, and costs no money.
   */
  readonly search: (
    search:
      | { readonly object: 'payment'; readonly paymentId: string; readonly from: Instant; readonly to: Instant }
      | {
          readonly object: 'refund';
          readonly providerPaymentId: string;
          readonly paymentId: string;
          /** Null for the first refund of its payment: its objects name none. */
          readonly refundId: string | null;
        },
    correlationId: string,
  ) => Promise<CheckResult>;
  /** A slot for one call, or null at once when none is free: the document queues calls, not the memory. */
  readonly acquireSlot: () => { readonly release: () => void } | null;
};
