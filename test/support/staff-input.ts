import type { ReleaseCommand } from '../../src/domain/commands/release.ts';
import type { AllowChargesCommand } from '../../src/domain/commands/allow-charges.ts';
import type { RecordChargebackCommand } from '../../src/domain/commands/record-chargeback.ts';
import type { RefundPaymentCommand } from '../../src/domain/commands/refund-payment.ts';
import type { RecordRefundCommand } from '../../src/domain/commands/record-refund.ts';
import type { ResolvePaymentCommand } from '../../src/domain/commands/resolve-payment.ts';

/** What tests give of an order of staff; the reason and the actor are the same in all. */
export type StaffInput =
  | Pick<ReleaseCommand, 'type'>
  | Pick<AllowChargesCommand, 'type'>
  | Pick<RecordChargebackCommand, 'type' | 'paymentId' | 'date' | 'amountMinor' | 'won'>
  | Pick<RecordRefundCommand, 'type' | 'paymentId' | 'amountMinor'>
  | Pick<RefundPaymentCommand, 'type' | 'paymentId' | 'amountMinor' | 'revokeAccess' | 'cause'>
  | (Pick<ResolvePaymentCommand, 'type' | 'paymentId' | 'checkResult' | 'providerObjectId'> & {
      readonly acceptedAt?: number;
    });
