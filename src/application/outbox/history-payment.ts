import { describePurchase } from '../../domain/model/describe.ts';
import { type Instant, toIsoOrNull } from '../../domain/model/instant.ts';
import type { Payment, Refund } from '../../domain/model/payment.ts';
import { expectedArrival } from '../../domain/payment/refund-arrival.ts';
import type { HistoryPayment, HistoryRefund } from '../ports/history.ts';
import type { ReadModelRow, WhyPaid } from '../ports/outbox.ts';

/** The fields of a payment that a read model stores, independent of how the store spells them. */
export type KeptPayment = Omit<Payment, 'send' | 'confirmationUrl' | 'returnUrlHash' | 'createdRealAt'> &
  Pick<Extract<ReadModelRow, { model: 'payments' }>, 'reason' | 'capturedAt' | 'method' | 'why'>;

/** The fields of a refund that history needs, and when its state was saved. */
export type KeptRefund = Pick<
  Refund,
  'id' | 'paymentId' | 'amount' | 'state' | 'retryAt' | 'createdAt' | 'firstRequestedAt'
> &
  Pick<Extract<ReadModelRow, { model: 'refunds' }>['row'], 'reason'> & { readonly at: Instant };

const purposeOf = ({ purchase, periodKey }: KeptPayment): string =>
  purchase === null
    ? `Продление подписки, период ${periodKey.replace('period:', '')}`
    : describePurchase(purchase.tariff);

/** A failed refund is still under way while a retry is planned. */
const isUnderWay = ({ state, retryAt }: KeptRefund): boolean =>
  state !== 'succeeded' && (state !== 'failed' || retryAt !== null);

const sum = (refunds: readonly KeptRefund[]): number =>
  refunds.reduce((total, { amount }) => total + amount.amountMinor, 0);

const historyRefund = (refund: KeptRefund): HistoryRefund => ({
  ...{ id: refund.id, amount: refund.amount, state: refund.state, reason: refund.reason },
  requestedAt: refund.firstRequestedAt,
  expectedBy: expectedArrival(refund, refund.at),
});

/** A row of an earlier version says why a purchase was made, and of a charge nothing. */
function whyOf({ why, purchase }: KeptPayment): WhyPaid | null {
  if (why !== undefined) return why;
  if (purchase === null) return null;
  const { id, alias, name } = purchase.tariff;
  return { tariff: { id, alias, name }, notice: null, period: null };
}

function historyPayment(kept: KeptPayment, refunds: readonly KeptRefund[]): HistoryPayment {
  const { id, amount, paySystem, providerPaymentId, createdAt } = kept;
  const { kind, subscriptionId, periodKey, attemptNo, reason, method, capturedAt } = kept;
  const card = method === null ? null : { title: method.title, last4: method.last4 };
  const detail = {
    kind,
    subscriptionId,
    periodKey,
    attemptNo,
    reason,
    capturedAt: toIsoOrNull(capturedAt),
    method: card,
  };
  const refundedMinor = sum(refunds.filter(({ state }) => state === 'succeeded'));
  const refundingMinor = sum(refunds.filter(isUnderWay));
  const returned = refundedMinor > 0 ? 'refunded' : kept.state;
  return {
    ...{ id, kind, subscriptionId, attemptNo, amount, paySystem, providerPaymentId, createdAt, capturedAt, method },
    state: refundingMinor > 0 ? 'refunding' : returned,
    purpose: purposeOf(kept),
    reason: reason ?? kept.watchedBecause,
    failureReason: reason,
    ...{ refundedMinor, refundingMinor },
    refunds: refunds.toSorted((one, other) => one.firstRequestedAt - other.firstRequestedAt).map(historyRefund),
    why: whyOf(kept),
    detail: { ...detail, refundedMinor, refundingMinor },
  };
}

/** Payments as history shows them, with their refunds. */
export const historyPayments = (
  payments: readonly KeptPayment[],
  refunds: readonly KeptRefund[],
): readonly HistoryPayment[] =>
  payments.map((kept) =>
    historyPayment(
      kept,
      refunds.filter(({ paymentId }) => paymentId === kept.id),
    ),
  );
