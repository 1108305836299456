import { randomUUID } from 'node:crypto';
import type { ReadModelRow } from '../../../src/application/ports/outbox.ts';
import type { DifferenceKind } from '../../../src/domain/model/difference.ts';
import { hourMs, minuteMs, type Instant } from '../../../src/domain/model/instant.ts';
import type { Payment } from '../../../src/domain/model/payment.ts';
import type { ProviderObject, ProviderPayment, ProviderRefund } from '../../../src/domain/model/provider.ts';
import { newSubscriber, type Subscriber } from '../../../src/domain/model/subscriber.ts';
import { samplePayment, sampleTariff } from '../../contract/samples.ts';

/** One payment as both sides have it. What a side lacks is null. */
export type Booked = {
  readonly row: ReadModelRow | null;
  readonly document: Subscriber | null;
  readonly theirs: readonly ProviderObject[];
  /** The document has an outbox entry that is not published. */
  readonly isUnpublished?: boolean;
};

type PaymentRow = Extract<ReadModelRow, { model: 'payments' }>;

const rowOf = (userId: string, row: Payment, version = 1): PaymentRow => ({
  ...{ userId, version, at: row.createdAt, model: 'payments', id: row.id, row, place: 'closed', reason: null },
  ...{ capturedAt: row.state === 'succeeded' ? row.createdAt + minuteMs : null, method: null },
});

const objectOf = (userId: string, payment: Payment): ProviderPayment => ({
  ...{ object: 'payment', id: payment.providerPaymentId ?? '', amount: payment.amount, status: 'succeeded' },
  ...{ metadata: { paymentId: payment.id, userId, testClockId: null }, createdAt: payment.createdAt },
  ...{ cancellation: null, confirmationUrl: null, capturedAt: payment.createdAt + minuteMs },
  ...{ accountId: '100500', test: true, method: null },
});

const documentOf = (userId: string, payment: Payment): Subscriber => ({
  ...newSubscriber(userId),
  captures: [
    {
      ...{ paymentId: payment.id, subscriptionId: payment.subscriptionId, periodKey: payment.periodKey },
      ...{ providerPaymentId: payment.providerPaymentId ?? '', kind: payment.kind, attemptNo: payment.attemptNo },
      ...{ reservedAt: payment.createdRealAt, currency: 'RUB', capturedMinor: 29_900, refundedMinor: 0 },
    },
  ],
});

function paymentAt(at: Instant, changes: Partial<Payment> = {}): Payment {
  const subscriptionId = randomUUID();
  const purchase = { subscriptionId, tariff: sampleTariff, renew: true };
  const times = { createdAt: at, createdRealAt: at };
  return samplePayment({ subscriptionId, purchase, ...times, providerPaymentId: `pay-${randomUUID()}`, ...changes });
}

/** A payment about which both sides agree. */
export function agreed(at: Instant): Booked {
  const [userId, payment] = [randomUUID(), paymentAt(at)];
  return { row: rowOf(userId, payment), document: null, theirs: [objectOf(userId, payment)] };
}

/** The document has the success, and the read model does not have it yet. */
export function underWay(at: Instant): Booked {
  const [userId, payment] = [randomUUID(), paymentAt(at)];
  const lagging = { ...payment, state: 'requires_action' as const };
  const document = documentOf(userId, payment);
  return { row: rowOf(userId, lagging), document, theirs: [objectOf(userId, payment)], isUnpublished: true };
}

const noNames = { paymentId: null, userId: null, testClockId: null };

/** A payment about which the sides differ, by the kind of the difference. */
const plants: Readonly<Record<DifferenceKind, (at: Instant) => readonly Booked[]>> = {
  not_succeeded_there: (at) => {
    const [userId, payment] = [randomUUID(), paymentAt(at)];
    const theirs = [{ ...objectOf(userId, payment), status: 'canceled' as const, capturedAt: null }];
    return [{ row: rowOf(userId, payment), document: documentOf(userId, payment), theirs }];
  },
  late_success: (at) => {
    const [userId, payment] = [randomUUID(), paymentAt(at, { state: 'failed' })];
    return [{ row: rowOf(userId, payment), document: newSubscriber(userId), theirs: [objectOf(userId, payment)] }];
  },
  foreign: (at) => {
    const theirs = [{ ...objectOf(randomUUID(), paymentAt(at)), metadata: noNames }];
    return [{ row: null, document: null, theirs }];
  },
  unknown_here: (at) => {
    const userId = randomUUID();
    return [{ row: null, document: newSubscriber(userId), theirs: [objectOf(userId, paymentAt(at))] }];
  },
  cabinet_refund: (at) => {
    const [userId, payment] = [randomUUID(), paymentAt(at)];
    const paid = objectOf(userId, payment);
    const refund: ProviderRefund = {
      ...{ object: 'refund', id: `refund-${randomUUID()}`, status: 'succeeded', amount: paid.amount },
      ...{ metadata: noNames, createdAt: at + hourMs, cancellation: null, providerPaymentId: paid.id },
    };
    return [{ row: rowOf(userId, payment), document: documentOf(userId, payment), theirs: [paid, refund] }];
  },
  amount_differs: (at) => {
    const [userId, payment] = [randomUUID(), paymentAt(at)];
    const theirs = [{ ...objectOf(userId, payment), amount: { amountMinor: 100, currency: 'RUB' } }];
    return [{ row: rowOf(userId, payment), document: documentOf(userId, payment), theirs }];
  },
  paid_twice: (at) => {
    const userId = randomUUID();
    const first = paymentAt(at);
    const second = paymentAt(at + 1, { subscriptionId: first.subscriptionId, attemptNo: 2 });
    const captures = [first, second].flatMap((payment) => documentOf(userId, payment).captures);
    return [
      { row: rowOf(userId, first), document: null, theirs: [objectOf(userId, first)] },
      {
        row: rowOf(userId, second, 2),
        document: { ...newSubscriber(userId), captures },
        theirs: [objectOf(userId, second)],
      },
    ];
  },
  not_applied: (at) => {
    const [userId, payment] = [randomUUID(), paymentAt(at, { state: 'unknown' })];
    const document = { ...newSubscriber(userId), watched: [{ ...payment, watchedBecause: 'canceled' as const }] };
    return [{ row: rowOf(userId, payment), document, theirs: [objectOf(userId, payment)] }];
  },
  absent_there: (at) => {
    const [userId, payment] = [randomUUID(), paymentAt(at)];
    return [{ row: rowOf(userId, payment), document: documentOf(userId, payment), theirs: [] }];
  },
};

export const plant = (kind: DifferenceKind, at: Instant): readonly Booked[] => plants[kind](at);
