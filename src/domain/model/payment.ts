import type { DeclineClass } from './decline-table.ts';
import type { Instant } from './instant.ts';
import type { Money } from './money.ts';
import type { PaymentState, RefundState } from './payment-states.ts';
import type { SendRecord } from './send-record.ts';
import type { Tariff } from './tariff.ts';

/** What a purchase page sells: the terms of the subscription that begins when it is paid. */
export type Purchase = { readonly subscriptionId: string; readonly tariff: Tariff; readonly renew: boolean };

/** One try to move money for one `periodKey` (`initial` or `period:{n}`). */
export type Payment = {
  readonly id: string;
  readonly kind: 'checkout' | 'charge';
  readonly subscriptionId: string;
  /** Set on a purchase; null when the payment is for a period of the subscription that exists. */
  readonly purchase: Purchase | null;
  readonly paySystem: string;
  readonly periodKey: string;
  readonly attemptNo: number;
  readonly amount: Money;
  /** The saved method charged; null on a page, where the subscriber picks one. */
  readonly methodId: string | null;
  /** Whether the page was asked to save the method for renewals. */
  readonly saveMethod: boolean;
  readonly state: PaymentState;
  /** `capture` once the provider reported a hold that we must capture with a key of its own. */
  readonly step: 'pay' | 'capture';
  readonly send: SendRecord;
  readonly providerPaymentId: string | null;
  readonly confirmationUrl: string | null;
  /** Hash of the address that its page sends the subscriber back to; null is the configured one. Absent where it was not kept. */
  readonly returnUrlHash?: string | null;
  /** On the subscriber's clock and in real time; polls of a page count from here. */
  readonly createdAt: Instant;
  readonly createdRealAt: Instant;
  /** Why its money would be given back: set exactly when the payment moves to `watched`. */
  readonly watchedBecause: 'superseded' | 'canceled' | null;
  /** Set once when a person was asked to look (unknown for longer than the policy allows). */
  readonly stuckSince: Instant | null;
};

export type RefundReason = 'late_success' | 'superseded' | 'canceled' | 'duplicate';

/** Money on its way back. Stays in the subscriber's document until it succeeded or a person closed it. */
export type Refund = {
  readonly id: string;
  readonly paymentId: string;
  readonly subscriptionId: string;
  readonly providerPaymentId: string;
  readonly amount: Money;
  readonly reason: RefundReason;
  readonly attemptNo: number;
  readonly state: RefundState;
  readonly send: SendRecord;
  readonly providerRefundId: string | null;
  /** What the provider called the attempts before this one: their objects carry the same metadata and are not this one. */
  readonly earlierRefundIds: readonly string[];
  readonly createdAt: Instant;
  readonly createdRealAt: Instant;
  /** First request of this refund over all attempts: the 30 days of repeats count from here. */
  readonly firstRequestedAt: Instant;
  /** When a failed refund is asked again with a new key; null while one is open or when the repeats are used up. */
  readonly retryAt: Instant | null;
  /** Set once when a person was asked to look. */
  readonly stuckSince: Instant | null;
};

/** Who paid for what: a succeeded object found here is a repeat. The newest ones are kept (`Policy.capturesMax`). */
export type CapturedPayment = {
  readonly paymentId: string;
  readonly subscriptionId: string;
  readonly periodKey: string;
  readonly providerPaymentId: string;
  readonly kind: 'checkout' | 'charge';
  readonly attemptNo: number;
  /** Real time of the first reservation, compared with a cancel's `acceptedAt`. */
  readonly reservedAt: Instant;
  readonly currency: string;
  readonly capturedMinor: number;
  /** Succeeded or open refunds; never above `capturedMinor`. */
  readonly refundedMinor: number;
};

/** A payment method the provider saved for us. Only what a person may see; the card itself never reaches us. */
export type SavedMethod = {
  readonly id: string;
  readonly title: string | null;
  readonly last4: string | null;
  readonly brand: string | null;
  readonly savedAt: Instant;
  /** False after a hard decline: only a new method reopens charging. */
  readonly usable: boolean;
};

export type Decline = { readonly reason: string; readonly party: string; readonly class: DeclineClass };
