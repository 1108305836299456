import type { Consent } from './consent.ts';
import type { DeclineClass } from './decline-table.ts';
import type { Instant } from './instant.ts';
import type { Money } from './money.ts';
import type { Receipt } from './receipt.ts';
import type { PaymentState, RefundState } from './payment-states.ts';
import type { RefundReason } from './refund-reason.ts';
import type { SendRecord } from './send-record.ts';
import type { Tariff } from './tariff.ts';

/** The terms of the subscription that begins when the page is paid. */
export type Purchase = { readonly subscriptionId: string; readonly tariff: Tariff; readonly renew: boolean };

/** One attempt to take money for one `periodKey` (`initial` or `period:{n}`). */
export type Payment = {
  readonly id: string;
  readonly kind: 'checkout' | 'charge';
  readonly subscriptionId: string;
  /** Set on a purchase; null when the payment is for a period of an existing subscription. */
  readonly purchase: Purchase | null;
  readonly paySystem: string;
  readonly periodKey: string;
  readonly attemptNo: number;
  readonly amount: Money;
  /** The saved method charged; null on a page, where the subscriber picks one. */
  readonly methodId: string | null;
  /** Whether the page was requested to save the method for renewals. */
  readonly saveMethod: boolean;
  readonly state: PaymentState;
  /** `capture` once the provider has authorized the payment: the capture is a request with a key of its own. */
  readonly step: 'pay' | 'capture';
  readonly send: SendRecord;
  readonly providerPaymentId: string | null;
  readonly confirmationUrl: string | null;
  /** Hash of the page's return address; null is the configured one. Absent where it was not stored. */
  readonly returnUrlHash?: string | null;
  /** The notice that announced it; absent where none is needed, as where the subscriber asked for it. */
  readonly noticeId?: string;
  /** Of a charge, the consent that it is made under; of a page, the one that its payment brings. Absent where there is none. */
  readonly consent?: Consent;
  /** The receipt that its request asks for; absent where none is made. */
  readonly receipt?: Receipt;
  /** On the subscriber's clock, and in real time. Polls of a page count from here. */
  readonly createdAt: Instant;
  readonly createdRealAt: Instant;
  /** Why its money is refunded if it succeeds; set when the payment moves to `watched`. */
  readonly watchedBecause: 'superseded' | 'canceled' | null;
  /** When operators were alerted that the payment has had no end for too long; set once. */
  readonly stuckSince: Instant | null;
};

/** Why a refund needs a person although it is not given up. */
export type LateCause = 'open_for_too_long' | 'no_money_in_the_shop';

/** Why staff give money back. */
export const staffCauses = ['complaint', 'our_mistake', 'unauthorized', 'goodwill', 'other'] as const;
export type StaffCause = (typeof staffCauses)[number];

/** Money on its way back. It stays in the document until it has succeeded or an operator has closed it. */
export type Refund = {
  readonly id: string;
  readonly paymentId: string;
  readonly subscriptionId: string;
  readonly providerPaymentId: string;
  readonly amount: Money;
  readonly reason: RefundReason;
  /** Why staff ordered it; absent where they did not. */
  readonly cause?: StaffCause;
  /** Absent where none is made. A refund of all of its payment has one, and its request does not ask for it. */
  readonly receipt?: Receipt;
  /** The number among the refunds of its payment. Absent where an earlier version saved it, which made one at most. */
  readonly refundNo?: number;
  /** The number of the refund whose withheld rest it gives back, after a chargeback; absent where it gives back no rest. */
  readonly restOf?: number;
  /** Staff gave the money of the refund back by other means, and the refund has ended by it. Absent otherwise. */
  readonly paidOtherwise?: true;
  readonly attemptNo: number;
  readonly state: RefundState;
  readonly send: SendRecord;
  readonly providerRefundId: string | null;
  /** The provider's ids of earlier attempts. Their objects carry the same metadata and must not be taken for this one. */
  readonly earlierRefundIds: readonly string[];
  readonly createdAt: Instant;
  readonly createdRealAt: Instant;
  /** When the first attempt was made; the 30 days of retries count from here. */
  readonly firstRequestedAt: Instant;
  /** When a failed refund is requested again with a new key; null while it is open, and after the last retry. */
  readonly retryAt: Instant | null;
  /** When operators were alerted that the refund has had no end for too long; set once. */
  readonly stuckSince: Instant | null;
  /** When operators were alerted that it is late, over all attempts. Absent before that. */
  readonly alarmedAt?: Instant;
};

/** A payment whose money we have. A succeeded object found here is a repeat. The newest `Policy.capturesMax` are kept. */
export type CapturedPayment = {
  readonly paymentId: string;
  readonly subscriptionId: string;
  readonly periodKey: string;
  readonly providerPaymentId: string;
  readonly kind: 'checkout' | 'charge';
  readonly attemptNo: number;
  /** The saved method charged; null for a page. Absent where an earlier version saved it. */
  readonly methodId?: string | null;
  /** Real time of the first reservation. A cancel accepted earlier refunds the capture. */
  readonly reservedAt: Instant;
  readonly currency: string;
  readonly capturedMinor: number;
  /**
   * The sum of its refunds, those of the cabinet and chargebacks included; never above `capturedMinor`. Only a chargeback
   * that is won makes it fall.
   */
  readonly refundedMinor: number;
  /** How many refunds of it we have made, each with a number of its own. Absent where an earlier version saved it. */
  readonly refundsMade?: number;
  /** The sum of ours: succeeded, open, and failed with a retry ahead. Absent where an earlier version saved it. */
  readonly requestedMinor?: number;
  /** The receipt of the payment, whose VAT rate its refunds have. */
  readonly receipt?: Receipt;
};

/** A refund that staff made in the provider's cabinet. The newest `Policy.capturesMax` are kept. */
export type ExternalRefund = {
  readonly paymentId: string;
  readonly providerRefundId: string;
  readonly amountMinor: number;
  /** Of its payment. */
  readonly capturedMinor: number;
};

/** A payment method that the provider saved for us. Display data only: the card number never reaches us. */
export type SavedMethod = {
  readonly id: string;
  readonly title: string | null;
  readonly last4: string | null;
  readonly brand: string | null;
  readonly savedAt: Instant;
  /** The provider's word for its kind, such as `bank_card`, and the month in which a card expires, such as `2028-04`. */
  readonly type?: string | null;
  readonly expiry?: string | null;
  /** The bank of an account that is linked by SBP. Absent for what is none, and where an earlier version saved it. */
  readonly bankId?: string;
  /** False after a hard decline, and for ever once it is unlinked. Charging resumes only with another method. */
  readonly usable: boolean;
  /** When the subscriber unlinked it. Absent while it is linked. */
  readonly unlinkedAt?: Instant;
};

/** What a payment was made with, as it is shown. */
export type PaidWith = Pick<SavedMethod, 'title' | 'last4' | 'brand' | 'type'>;

export type Decline = { readonly reason: string; readonly party: string; readonly class: DeclineClass };
