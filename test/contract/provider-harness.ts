import type { PaymentProvider } from '../../src/application/ports/payment-provider.ts';
import type { ReadShop } from '../../src/application/ports/shop.ts';
import type { Instant } from '../../src/domain/model/instant.ts';
import type { ReceiptMode } from '../../src/domain/model/receipt.ts';
import type { ProviderRequest } from '../../src/domain/model/provider.ts';

/** How the next send is spoilt: done but the answer is lost, not done without a clear answer, or refused before it is handled. */
type Spoil = 'lost' | 'not_done' | 'sent_away';

export type ProviderHarness = {
  readonly provider: PaymentProvider;
  readonly accountId: string;
  readonly readShop: ReadShop;
  /** The same provider with a shop that makes receipts so. */
  readonly withReceipts: (mode: ReceiptMode) => PaymentProvider;
  /** Pays an open page with a good card. */
  readonly payPage: (id: string) => Promise<void>;
  /** A payment of the request that a person has paid and that waits for its capture. */
  readonly holdPage: (order: Extract<ProviderRequest, { kind: 'checkout' }>) => Promise<string>;
  /** How the next charge to a saved method ends: `pending`, or the reason of a decline. */
  readonly scriptMethod: (methodId: string, next: string) => Promise<void>;
  readonly scriptRefund: (next: string) => Promise<void>;
  readonly spoilNextSend: (resource: 'payments' | 'refunds' | 'payment_methods', how: Spoil) => Promise<void>;
  readonly spoilNextRead: () => Promise<void>;
  readonly setClock: (clockId: string, now: Instant) => Promise<void>;
  /** Operations at the provider whose metadata name the payment. */
  readonly countOperations: (paymentId: string) => Promise<number>;
  /** Ends an open binding: the subscriber confirms it, or it fails in silence. */
  readonly endBinding: (id: string, result: 'active' | 'inactive') => Promise<void>;
  readonly countBindings: (bindId: string) => Promise<number>;
};
