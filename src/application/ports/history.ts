import type { Consent } from '../../domain/model/consent.ts';
import type { Instant } from '../../domain/model/instant.ts';
import type { Money } from '../../domain/model/money.ts';
import type { Payment } from '../../domain/model/payment.ts';
import type { PaymentState, RefundState } from '../../domain/model/payment-states.ts';
import type { NoticeReport } from './notice-reports.ts';
import type { ReadModelRow, ReceiptRecord, RefundRowReason, WhyPaid } from './outbox.ts';

/** The state of the payment, or of its refund where there is one, in full or in part. */
export type HistoryState = PaymentState | 'refunding' | 'refunded';

export type HistoryRefund = {
  readonly id: string;
  readonly amount: Money;
  readonly state: RefundState;
  readonly reason: RefundRowReason;
  readonly requestedAt: Instant;
  /** By when the subscriber's bank should show it; null where it failed for good. */
  readonly expectedBy: Instant | null;
  /** How far its receipt has come; null where none is made. */
  readonly receipt: ReceiptRecord['state'] | null;
};

export type HistoryPayment = Pick<
  Payment,
  'id' | 'kind' | 'subscriptionId' | 'attemptNo' | 'amount' | 'paySystem' | 'providerPaymentId' | 'createdAt'
> &
  Pick<Extract<ReadModelRow, { model: 'payments' }>, 'capturedAt' | 'method'> & {
    readonly state: HistoryState;
    readonly purpose: string;
    /** Why it was declined, or why its money goes back if it is paid after all. */
    readonly reason: string | null;
    /** Why it was declined, as the provider named it. */
    readonly failureReason: string | null;
    readonly refundedMinor: number;
    readonly refundingMinor: number;
    /** Oldest first. */
    readonly refunds: readonly HistoryRefund[];
    /** How far its receipt has come; null where none is made. */
    readonly receipt: ReceiptRecord['state'] | null;
    /** What it was charged under, or what the payment of the page has brought; null where there is none. */
    readonly consent: Consent | null;
    /** Null where an earlier version stored nothing of it. */
    readonly why: WhyPaid | null;
    /** That its notice was delivered; null where no service has reported it. */
    readonly noticeDelivered: Pick<NoticeReport, 'deliveredAt' | 'channel'> | null;
    readonly detail: Readonly<Record<string, unknown>>;
  };

/** Where a payment stands in history. */
export type HistoryPlace = { readonly at: Instant; readonly id: string };

/** Payments as history knows them. */
export type PaymentHistory = {
  /** One payment, and whose it is; null when there is none of this id. */
  readonly findOne: (paymentId: string) => Promise<(HistoryPayment & { readonly userId: string }) | null>;
  /** The user of a payment or refund; null when there is none of this id. */
  readonly findUser: (operationId: string) => Promise<string | null>;
  /** Payments of a user, newest first: one page by its number, or those older than a place. */
  readonly list: (query: {
    readonly userId: string;
    readonly limit: number;
    readonly page?: number;
    readonly after?: HistoryPlace | null;
  }) => Promise<readonly HistoryPayment[]>;
};
