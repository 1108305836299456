import type { Instant } from './instant.ts';
import type { Money } from './money.ts';
import type { PaymentState } from './payment-states.ts';
import type { Policy } from './policy.ts';
import type { ProviderRequest } from './provider.ts';

/** Deterministic names: the same question always gets the same id, so a decision made twice is one decision. */
export type Ids = {
  readonly subscriptionId: (commandId: string) => string;
  readonly paymentId: (subscriptionId: string, periodKey: string, attemptNo: number) => string;
  readonly refundId: (paymentId: string, attemptNo: number) => string;
  /** `v1-` + 40 hex of sha256(subject | scope | attemptNo): at most 64 characters, as the provider demands. */
  readonly idempotenceKey: (subject: string, scope: string, attemptNo: number) => string;
  /** In [-1, 1), from the name alone: the same attempt always gets the same jitter. */
  readonly jitter: (name: string) => number;
  /** Tells one address from another without keeping it: it may carry what belongs in no document. */
  readonly returnUrlHash: (returnUrl: string) => string;
};

/** All that a decision may depend on beside the state and its input. */
export type Context = {
  /** On the subscriber's clock. */
  readonly now: Instant;
  readonly realNow: Instant;
  readonly policy: Policy;
  readonly ids: Ids;
  /** Freezes an order into the bytes that will be sent, and seals them. */
  readonly seal: (providerRequest: ProviderRequest) => string;
  /** The shop's account as configured; an object of another account is never believed. */
  readonly shop: { readonly accountId: string; readonly test: boolean };
};

/** What the read model says about a payment that the document no longer remembers. */
export type PastPayment = {
  readonly paymentId: string;
  readonly subscriptionId: string;
  readonly periodKey: string;
  readonly attemptNo: number;
  readonly kind: 'checkout' | 'charge';
  /** As ordered. */
  readonly amount: Money;
  readonly state: PaymentState;
  readonly watchedBecause: 'superseded' | 'canceled' | null;
  /** Its money went back, or is on its way. */
  readonly isRefunded: boolean;
};
