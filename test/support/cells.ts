import type { RecordChargebackCommand } from '../../src/domain/commands/record-chargeback.ts';
import type { RecordRefundCommand } from '../../src/domain/commands/record-refund.ts';
import type { RefundPaymentCommand } from '../../src/domain/commands/refund-payment.ts';
import type { ResolvePaymentCommand } from '../../src/domain/commands/resolve-payment.ts';
import type { AgreedTerms } from '../../src/domain/model/consent.ts';
import type { CommandBase } from '../../src/domain/model/command.ts';
import type { SubscriptionStatus } from '../../src/domain/model/subscription.ts';

/** The states of the command table: `held` is a live subscription with a billing hold. */
export type CellState = SubscriptionStatus | 'none' | 'held';

/** The result of a decided command: `pending` waits for the provider, a reason is a refusal. */
export type Cells = Readonly<Record<CellState, string>>;

export const inEveryState = (outcome: string): Cells => ({
  ...{ none: outcome, incomplete: outcome, active: outcome, past_due: outcome, held: outcome },
  ...{ expired: outcome, canceled: outcome, incomplete_expired: outcome },
});

/** What a member of staff orders of an unresolved payment. */
export type Resolving = Omit<ResolvePaymentCommand, keyof CommandBase | 'type'>;

/** What a member of staff gives back. */
export type Refunding = Omit<RefundPaymentCommand, keyof CommandBase | 'type'>;

/** What a member of staff records of a bank. */
export type ChargingBack = Omit<RecordChargebackCommand, keyof CommandBase | 'type'>;

/** What a member of staff has given back past the provider. */
export type PayingBack = Omit<RecordRefundCommand, keyof CommandBase | 'type'>;

/** What a draw may depend on beside chance. */
export type Known = {
  readonly tariffId: () => string;
  /** What the page shows that sells the tariff or, for null, that takes a cancel back; null where it shows nothing. */
  readonly shown: (tariffId: string | null) => AgreedTerms | null;
  /** What a careful member of staff would resolve; null when nothing is unresolved. */
  readonly toResolve: () => Resolving | null;
  /** One of the subscriber's saved methods. */
  readonly methodId: () => string;
  /** What a member of staff would give back past the provider: a refund that failed, or a part of a payment. */
  readonly toPayBack: () => PayingBack | null;
  /** A payment of the subscriber that the provider has taken, of any age; null when there is none. */
  readonly toRefund: () => { readonly paymentId: string; readonly amountMinor: number } | null;
};
