import { describePurchase } from '../domain/describe.ts';
import { toIsoOrNull } from '../domain/instant.ts';
import type { Payment } from '../domain/payment.ts';
import type { HistoryPayment } from './ports/history.ts';
import type { LedgerRow } from './ports/outbox.ts';

/** A payment as every ledger keeps it, whatever its store makes of names and dates. */
export type KeptPayment = Omit<Payment, 'send' | 'confirmationUrl' | 'returnUrlHash' | 'createdRealAt'> &
  Pick<Extract<LedgerRow, { ledger: 'payments' }>, 'reason' | 'capturedAt' | 'method'>;

const purposeOf = ({ purchase, periodKey }: KeptPayment): string =>
  purchase === null
    ? `Продление подписки, период ${periodKey.replace('period:', '')}`
    : describePurchase(purchase.tariff);

/** What history shows of it. */
export function historyPayment(kept: KeptPayment): HistoryPayment {
  const { id, paySystem, state, providerPaymentId, createdAt } = kept;
  const { kind, subscriptionId, periodKey, attemptNo, reason, method } = kept;
  const capturedAt = toIsoOrNull(kept.capturedAt);
  return {
    ...{ id, ...kept.amount, paySystem, state, providerPaymentId, createdAt },
    purpose: purposeOf(kept),
    detail: { kind, subscriptionId, periodKey, attemptNo, reason, capturedAt, method },
  };
}
