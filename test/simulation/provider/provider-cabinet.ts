import type { World } from '../world/world.ts';
import { type Entry, keptMinor, type PaymentEntry, type RefundEntry } from './provider-ledger.ts';

/** What other programs of the shop write into their payments. Some of it looks like ours. */
const metadataOfOthers = [{}, { order_no: 'A-17' }, { payment_id: 'A-17' }, { payment_id: '', user_id: '' }] as const;

/** A succeeded payment that others made in the shop: an invoice of the cabinet, or another program. */
export function foreignPayment({ random, scheduler }: World): PaymentEntry {
  const id = `2c${random.id().slice(2)}`;
  const now = scheduler.now();
  return {
    ...{ object: 'payment', id, key: `foreign-${id}`, createdAt: now, amountMinor: random.integer(1, 500) * 100 },
    ...{ metadata: random.pick(metadataOfOthers), isPage: false, saveMethod: false, methodId: id },
    ...{ status: 'succeeded', isSaved: false, capturedAt: now, reason: null, wrongMinor: null, wasHidden: false },
    vatCode: null,
    chargedBackMinor: 0,
    paidBackMinor: 0,
  };
}

/** A refund by hand of this payment, or of any of ours, in whole or in part; null while nothing can be refunded. */
export function cabinetRefund(
  { random, scheduler }: World,
  entries: readonly Entry[],
  paymentId?: string,
): RefundEntry | null {
  const refundable = entries.filter(
    (entry): entry is PaymentEntry =>
      entry.object === 'payment' && keptMinor(entry, entries) > 0 && entry.id === (paymentId ?? entry.id),
  );
  const payment = refundable[random.integer(0, refundable.length - 1)];
  if (payment === undefined) return null;
  const keptAll = keptMinor(payment, entries);
  const id = `2b${random.id().slice(2)}`;
  return {
    ...{ object: 'refund', id, key: `cabinet-${id}`, createdAt: scheduler.now(), metadata: {} },
    amountMinor: random.chance(0.5) ? keptAll : Math.ceil(keptAll / 2),
    ...{ paymentId: payment.id, status: 'pending', reason: null },
  };
}
