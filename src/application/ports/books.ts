import type { PastPayment, PastRefund } from '../../domain/model/context.ts';
import type { Instant } from '../../domain/model/instant.ts';

export type BooksPayment = PastPayment & { readonly userId: string };
export type BooksRefund = PastRefund & { readonly providerPaymentId: string };

/** What succeeded of ours: where to find it at the provider, and whose it is. */
export type Succeeded = { readonly id: string; readonly userId: string; readonly providerId: string };

/**
 * Our read models, for the comparison with the provider's list: many objects in one query. They lag behind the documents
 * by the outboxes. Rejects with a transient Fault when the database does not answer.
 */
export type Books = {
  /** Payments by our ids or by the provider's; those that exist, each once, in any order. */
  readonly findPayments: (wanted: {
    readonly ids: readonly string[];
    readonly providerIds: readonly string[];
  }) => Promise<readonly BooksPayment[]>;
  /** Refunds by the provider's ids, and every refund of the payments, by our ids or by the provider's. */
  readonly findRefunds: (wanted: {
    readonly providerIds: readonly string[];
    readonly paymentIds: readonly string[];
    readonly providerPaymentIds?: readonly string[];
  }) => Promise<readonly BooksRefund[]>;
  /** What succeeded and was created in `[from, to)` in real time, with a name at the provider. Refunds of the cabinet too. */
  readonly listSucceeded: (wanted: {
    readonly object: 'payment' | 'refund';
    readonly from: Instant;
    readonly to: Instant;
  }) => Promise<readonly Succeeded[]>;
};
