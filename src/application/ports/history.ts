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

/** Payments of a user as history shows them: newest first. */
export type PaymentHistory = {
  readonly list: (query: {
    readonly userId: string;
    readonly limit: number;
    readonly page: number;
  }) => Promise<readonly HistoryPayment[]>;
};
