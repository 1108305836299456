import type { Instant } from '../../domain/model/instant.ts';
import type { CheckResult, ProviderRequest, SendOutcome } from '../../domain/model/provider.ts';

/** Why a call was never made: the provider has not answered for a while and is left alone. */
export const circuitOpen = 'circuit_open';

/**
 * A payment provider. Never rejects for what the provider or the network does: that is an outcome.
 * `send` leaves at once or answers `unsent`; it ends within its own time limit (35 s) and never follows redirects.
 */
export type PaymentProvider = {
  /** The exact bytes of the request, method and path included; pure and deterministic. */
  readonly freeze: (providerRequest: ProviderRequest) => string;
  readonly send: (frozen: string, idempotenceKey: string, correlationId: string) => Promise<SendOutcome>;
  readonly read: (object: 'payment' | 'refund', id: string, correlationId: string) => Promise<CheckResult>;
  /**
   * Searches the provider's list for the object whose metadata name `paymentId`: payments by creation window, refunds by
   * their payment. `absent` only when every page was read.
   */
  readonly search: (
    search:
      | { readonly object: 'payment'; readonly paymentId: string; readonly from: Instant; readonly to: Instant }
      | { readonly object: 'refund'; readonly providerPaymentId: string; readonly paymentId: string },
    correlationId: string,
  ) => Promise<CheckResult>;
  /** A free slot for one call, or null at once: calls wait in the document, not in memory. */
  readonly acquireSlot: () => { readonly release: () => void } | null;
};
