import { enumFilter, equalFilter, listPage, timeFilter, type Page } from './list.ts';
import { methodTypes } from './methods.ts';
import type { ApiRequest, Sandbox } from './sandbox.ts';
import { endIfDue, withRegistration } from './settle.ts';
import type { Tables } from './store.ts';
import type { Payment, Refund, RefundRecord } from './types.ts';

const paymentStatuses = ['pending', 'waiting_for_capture', 'succeeded', 'canceled'];
const refundStatuses = ['pending', 'succeeded', 'canceled'];

/** What a list of the shop shows: what reads show of each object, which is not there yet or is older where they lag. */
const shownTo = <Table extends 'payments' | 'refunds'>(
  { readLag }: Sandbox,
  table: Table,
  records: readonly Tables[Table][],
  shopId: string,
): Tables[Table][] =>
  records.flatMap((record) => (record.shopId === shopId ? (readLag.shown(table, record.object.id, record) ?? []) : []));

export function listPayments(sandbox: Sandbox, { shop, query }: ApiRequest): Page<Payment> {
  const present = [...sandbox.store.all('payments').values()].map((record) => endIfDue(sandbox, record));
  const records = shownTo(sandbox, 'payments', present, shop.id);
  return listPage(sandbox, records, query, [
    timeFilter<Payment>(query, 'created_at', (payment) => payment.created_at),
    timeFilter<Payment>(query, 'captured_at', (payment) => payment.captured_at),
    enumFilter<Payment>(query, 'status', paymentStatuses, (payment) => payment.status),
    enumFilter<Payment>(query, 'payment_method', methodTypes, (payment) => payment.payment_method?.type),
  ]);
}

const refundsOf = (sandbox: Sandbox): RefundRecord[] =>
  [...sandbox.store.all('refunds').values()].map((record) => ({
    ...record,
    object: withRegistration(sandbox, record.object),
  }));

export const listRefunds = (sandbox: Sandbox, { shop, query }: ApiRequest): Page<Refund> =>
  listPage(sandbox, shownTo(sandbox, 'refunds', refundsOf(sandbox), shop.id), query, [
    timeFilter<Refund>(query, 'created_at', (refund) => refund.created_at),
    enumFilter<Refund>(query, 'status', refundStatuses, (refund) => refund.status),
    equalFilter<Refund>(query, 'payment_id', (refund) => refund.payment_id),
  ]);
