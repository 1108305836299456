import type { Epoch } from './epoch.ts';
import type { Instant } from './instant.ts';
import type { Money } from './money.ts';
import type { PaymentState, RefundState } from './payment-states.ts';
import type { RefundReason } from './refund-reason.ts';
import type { Policy } from './policy.ts';
import type { ProviderRequest } from './provider.ts';
import type { Receipt } from './receipt.ts';
import type { GivenContact, KeptContact } from './receipt-contact.ts';

/** Deterministic ids: the same input gives the same id, so a decision that is made twice creates one payment. */
export type Ids = {
  readonly subscriptionId: (commandId: string) => string;
  readonly bindingId: (commandId: string) => string;
  readonly paymentId: (subscriptionId: string, periodKey: string, attemptNo: number) => string;
  /** From `dueAt` on the notice is to be given. It speaks of `moment`. */
  readonly noticeId: (
    subscriptionId: string,
    kind: string,
    at: { readonly dueAt: Instant; readonly moment: Instant },
    amountMinor: number,
  ) => string;
  /** The first refund of a payment has the id that it had when a payment had one at most. */
  readonly refundId: (paymentId: string, refundNo: number, attemptNo: number) => string;
  /** `v1-` + 40 hex of sha256(subject | scope | attemptNo): at most 64 characters, as the provider demands. */
  readonly idempotenceKey: (subject: string, scope: string, attemptNo: number) => string;
  /** In [-1, 1), computed from the name: the same attempt always gets the same jitter. */
  readonly jitter: (name: string) => number;
  /** Makes two addresses comparable without storing them: an address may carry personal data. */
  readonly returnUrlHash: (returnUrl: string) => string;
};

/** Everything that a decision may depend on besides the state and its input. */
export type Context = {
  /** On the subscriber's clock. */
  readonly now: Instant;
  readonly realNow: Instant;
  /** Null where the database was never restored from a backup. */
  readonly epoch: Epoch | null;
  readonly policy: Policy;
  readonly ids: Ids;
  /** Freezes a provider request into the bytes that will be sent, and encrypts them. */
  readonly seal: (providerRequest: ProviderRequest) => string;
  /** Encrypts a contact under the user's key; the first one makes the key. */
  readonly keepContact: (given: GivenContact, personalKey: string | null) => KeptContact;
  /** The configured shop account. An object of another account is never applied. */
  readonly shop: { readonly accountId: string; readonly test: boolean };
};

/** A payment that the document no longer holds, as the read model has it. */
export type PastPayment = {
  readonly paymentId: string;
  readonly subscriptionId: string;
  readonly periodKey: string;
  readonly attemptNo: number;
  readonly kind: 'checkout' | 'charge';
  /** The amount that we requested. */
  readonly amount: Money;
  readonly state: PaymentState;
  readonly providerPaymentId: string | null;
  readonly watchedBecause: 'superseded' | 'canceled' | null;
  /** Its whole money went back, or is on its way back. */
  readonly isRefunded: boolean;
  /** When the provider took the money; null while it has not, as far as we know. */
  readonly capturedAt: Instant | null;
  /** Another payment was kept for its period. */
  readonly isDuplicate: boolean;
  /** What its receipt said. */
  readonly receipt?: Receipt;
  /** The provider's word for the kind of method that paid. Absent where it is not known. */
  readonly methodType?: string;
};

/** A refund as the read model has it. */
export type PastRefund = {
  readonly refundId: string;
  readonly userId: string;
  readonly paymentId: string;
  readonly amount: Money;
  /** Its number among the refunds of its payment; absent for the first, and for one of the cabinet. */
  readonly refundNo?: number;
  /** The number of the refund whose withheld rest it gives back; absent where it gives back no rest. */
  readonly restOf?: number;
  /** Staff gave the money of the refund back by other means, and the refund has ended by it. Absent otherwise. */
  readonly paidOtherwise?: true;
  readonly state: RefundState;
  readonly providerRefundId: string | null;
  /** Why we asked for it; null for money that others gave back. */
  readonly reason: RefundReason | null;
};
