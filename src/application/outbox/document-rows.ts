import type { Instant } from '../../domain/model/instant.ts';
import type { Payment } from '../../domain/model/payment.ts';
import type { Subscriber } from '../../domain/model/subscriber.ts';
import type { ReadModelRow } from '../ports/outbox.ts';
import { type About, paymentRow, receiptRow, refundRow } from './build-entry.ts';

/** The rows of all that the document holds, as it shows them. */
export function documentRows(state: Subscriber, version: number, at: Instant): readonly ReadModelRow[] {
  const { subscription, payment, watched, refunds, receipts, commands, userId } = state;
  const about: About = { userId, version, at };
  const unchanged = { before: state, state, events: [] };
  const shown = (one: Payment, place: 'open' | 'watched'): ReadModelRow =>
    paymentRow({ type: 'payment.tracked', payment: one, place }, unchanged, about, undefined);
  return [
    ...(subscription === null
      ? []
      : [{ ...about, model: 'subscriptions' as const, id: subscription.id, row: subscription }]),
    ...(payment === null ? [] : [shown(payment, 'open')]),
    ...watched.map((one) => shown(one, 'watched')),
    ...refunds.map((refund) => refundRow({ type: 'refund.tracked', refund, closed: false }, unchanged, about)),
    ...receipts.map((receipt) => receiptRow({ type: 'receipt.tracked', receipt, closed: false }, about)),
    ...commands.map((row) => ({ ...about, model: 'commands' as const, id: row.id, row })),
  ];
}
