import type { Instant } from './instant.ts';
import type { Money } from './money.ts';
import type { Registration, WantedReceipt } from './receipt.ts';

/** Sent with each request and returned in each object, which matches the provider's object with our operation. */
export type RequestMetadata = {
  readonly paymentId: string;
  readonly userId: string;
  readonly testClockId: string | null;
  /** The refund, where the payment has had one before (refund-name.ts). */
  readonly refundId?: string;
};

/** The same for a binding, which moves no money. */
export type BindMetadata = Pick<RequestMetadata, 'userId' | 'testClockId'> & { readonly bindId: string };

/** The kinds of method that a request can bind. The numbers of the provider say which of them it takes. */
export type BindableType = 'bank_card' | 'sbp';

type Described = {
  readonly amount: Money;
  readonly description: string;
  readonly metadata: RequestMetadata;
  /** Absent where no receipt is made, or where the provider repeats that of the payment. */
  readonly receipt?: WantedReceipt;
};

/** A request to a payment provider, in the terms of the domain. */
export type ProviderRequest =
  | (Described & { readonly kind: 'checkout'; readonly returnUrl: string | null; readonly saveMethod: boolean })
  | (Described & { readonly kind: 'charge'; readonly methodId: string })
  | (Described & { readonly kind: 'refund'; readonly providerPaymentId: string })
  | { readonly kind: 'capture'; readonly providerPaymentId: string; readonly amount: Money }
  | {
      readonly kind: 'bind';
      readonly methodType: BindableType;
      /** A page, or a code that the app of a bank reads, which only SBP has. */
      readonly confirmation: 'redirect' | 'qr';
      readonly returnUrl: string | null;
      readonly metadata: BindMetadata;
    };

type ObjectBase = {
  readonly id: string;
  readonly amount: Money;
  readonly metadata: { readonly [Key in keyof RequestMetadata]: string | null };
  readonly createdAt: Instant;
  /** Absent where the shop makes no receipts, and before the money has moved. */
  readonly receiptRegistration?: Registration;
  readonly cancellation: { readonly reason: string; readonly party: string } | null;
};

/** What is shown of a method that the provider may save. */
type ShownMethod = {
  readonly id: string;
  readonly saved: boolean;
  readonly title: string | null;
  readonly last4: string | null;
  readonly brand: string | null;
  readonly type: string | null;
  readonly expiry: string | null;
  /** The bank of an account that is linked by SBP. Absent where the provider names none. */
  readonly bankId?: string;
};

/** A payment object of the provider, strictly parsed. */
export type ProviderPayment = ObjectBase & {
  readonly object: 'payment';
  readonly status: 'pending' | 'waiting_for_capture' | 'succeeded' | 'canceled';
  readonly confirmationUrl: string | null;
  readonly capturedAt: Instant | null;
  /** The sum of its refunds, in the currency of the amount. Absent: none. */
  readonly refundedMinor?: number;
  /** Shop account and test flag. The object is applied only when both are ours. */
  readonly accountId: string;
  readonly test: boolean;
  readonly method: ShownMethod | null;
};

/** A refund object of the provider. */
export type ProviderRefund = ObjectBase & {
  readonly object: 'refund';
  readonly status: 'pending' | 'succeeded' | 'canceled';
  readonly providerPaymentId: string;
};

/**
 * A method that is bound without a payment. It is saved exactly where it is `active`. For `inactive` the provider gives no
 * reason and sends no notification.
 */
export type ProviderMethod = ShownMethod & {
  readonly object: 'payment_method';
  readonly status: 'pending' | 'active' | 'inactive';
  /** Where the subscriber confirms it; null once they have, or cannot any more. */
  readonly confirmation: { readonly kind: 'redirect' | 'qr'; readonly address: string } | null;
  readonly accountId: string;
  readonly metadata: { readonly [Key in keyof BindMetadata]: string | null };
};

/** Each kind of object that is read by its id. */
export type ProviderObjects = {
  readonly payment: ProviderPayment;
  readonly refund: ProviderRefund;
  readonly payment_method: ProviderMethod;
};

/** An object about money. Only these are in the provider's lists. */
export type ProviderObject = ProviderObjects['payment' | 'refund'];

/** The result of one send. `unsent`: our process proved that it sent no byte. Whatever is not proved is `unknown`. */
export type SendOutcome =
  | { readonly kind: 'answered'; readonly object: ProviderObject | ProviderMethod }
  | { readonly kind: 'unsent'; readonly reason: string }
  | { readonly kind: 'refused'; readonly status: number; readonly code: string; readonly parameter: string | null }
  | { readonly kind: 'key_conflict' }
  | { readonly kind: 'unknown'; readonly reason: string };

/** What a status check found. `absent`: the provider answers that it has no such object; `unavailable`: no answer. */
export type CheckResult<Wanted = ProviderObject> =
  | { readonly kind: 'found'; readonly object: Wanted }
  | { readonly kind: 'absent' }
  | { readonly kind: 'unavailable'; readonly reason: string };
