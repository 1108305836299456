import type { Instant } from '../../domain/model/instant.ts';
import type { PaymentState } from '../../domain/model/payment-states.ts';

/** The state of the payment, or of its refund where there is one, in full or in part. */
export type HistoryState = PaymentState | 'refunding' | 'refunded';

export type HistoryPayment = {
  readonly id: string;
  readonly amountMinor: number;
  readonly currency: string;
  readonly paySystem: string;
  readonly state: HistoryState;
  readonly purpose: string;
  readonly providerPaymentId: string | null;
  readonly detail: Readonly<Record<string, unknown>>;
  readonly createdAt: Instant;
};

/** Payments as history knows them. */
export type PaymentHistory = {
  /** The user of a payment or refund; null when there is none of this id. */
  readonly findUser: (operationId: string) => Promise<string | null>;
  /** Payments of a user, newest first. */
  readonly list: (query: {
    readonly userId: string;
    readonly limit: number;
    readonly page: number;
  }) => Promise<readonly HistoryPayment[]>;
};
