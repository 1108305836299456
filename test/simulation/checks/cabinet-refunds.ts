import { isByHand } from '../provider/provider-ledger.ts';
import { isNamed } from './go-back.ts';
import type { Saved } from './saved.ts';
import type { Outside } from './outside.ts';

/** 17: a refund is for no more than is left, as far as the service could know of refunds of the cabinet. */
export function checkNewRefunds({ world, witness, entries, userId, before, after, save }: Saved): void {
  for (const { schema, value } of save.entry?.messages ?? []) {
    if (!schema.startsWith('refund-recorded-external')) continue;
    const id = String(value?.['providerRefundId']);
    witness.adopted.set(id, (witness.adopted.get(id) ?? 0) + 1);
  }
  for (const { id, providerPaymentId, providerRefundId, amount } of after.refunds) {
    const payment = entries.get(providerPaymentId);
    if (before?.refunds.some((known) => known.id === id) === true || payment?.object !== 'payment') continue;
    // What the provider gave back before a restore is not asked for, whatever the bank has taken back since.
    const made = entries.get(providerRefundId ?? '');
    if (made !== undefined && made.status !== 'canceled' && made.createdAt <= (witness.wentBackAt ?? -Infinity))
      continue;
    let leftMinor = payment.amountMinor - payment.chargedBackMinor - payment.paidBackMinor;
    for (const entry of entries.values()) {
      const counts = entry.object === 'refund' && entry.paymentId === payment.id && entry.status !== 'canceled';
      // After a restore it is the one that the document opens again.
      if (entry.id === providerRefundId) continue;
      if (counts && (!isByHand(entry) || witness.adopted.has(entry.id))) leftMinor -= entry.amountMinor;
    }
    if (amount.amountMinor > leftMinor)
      world.breach('17: no more is asked back than is left', userId, { id, leftMinor, amount });
  }
}

/** 17, 34: each refund of the cabinet is published once, and its capture counts it. */
export function checkCabinetRefunds(outside: Outside): void {
  const { world, witness, database, entries } = outside;
  const captures = [...database.documents.values()].flatMap(({ subscriber }) => subscriber.captures);
  const byHand = [...entries.values()].filter(isByHand);
  for (const [providerPaymentId, refunds] of Map.groupBy(byHand, ({ paymentId }) => paymentId)) {
    const payment = entries.get(providerPaymentId);
    const userId = payment?.metadata['user_id'] ?? null;
    // Since a restore no operation has taken it: staff decide on it in the cabinet, and the document holds no capture.
    if (payment !== undefined && isNamed(outside, payment)) continue;
    for (const { id } of refunds) {
      const facts = witness.adopted.get(id) ?? 0;
      if (facts !== 1) world.breach('34: a refund of the cabinet is published once', userId, { id, facts });
    }
    const sumMinor = refunds.reduce((sum, { amountMinor }) => sum + amountMinor, 0);
    const capture = captures.find((candidate) => candidate.providerPaymentId === providerPaymentId);
    if (capture !== undefined && (capture.refundedMinor < sumMinor || capture.refundedMinor > capture.capturedMinor))
      world.breach('17: a capture counts the refunds of the cabinet', userId, { sumMinor, capture });
  }
}
