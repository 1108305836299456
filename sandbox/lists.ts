import { enumFilter, equalFilter, listPage, timeFilter, type Page } from './list.ts';
import type { ApiRequest, Sandbox } from './sandbox.ts';
import { endIfDue } from './settle.ts';
import type { Payment, Refund } from './types.ts';

const paymentStatuses = ['pending', 'waiting_for_capture', 'succeeded', 'canceled'];
const refundStatuses = ['pending', 'succeeded', 'canceled'];

const ofShop = <R extends { readonly shopId: string }>(records: ReadonlyMap<string, R>, shopId: string): R[] =>
  [...records.values()].filter((record) => record.shopId === shopId);

export function listPayments(sandbox: Sandbox, { shop, query }: ApiRequest): Page<Payment> {
  const records = ofShop(sandbox.store.all('payments'), shop.id).map((record) => endIfDue(sandbox, record));
  return listPage(sandbox, records, query, [
    timeFilter<Payment>(query, 'created_at', (payment) => payment.created_at),
    timeFilter<Payment>(query, 'captured_at', (payment) => payment.captured_at),
    enumFilter<Payment>(query, 'status', paymentStatuses, (payment) => payment.status),
    equalFilter<Payment>(query, 'payment_method', (payment) => payment.payment_method?.type),
  ]);
}

export const listRefunds = (sandbox: Sandbox, { shop, query }: ApiRequest): Page<Refund> =>
  listPage(sandbox, ofShop(sandbox.store.all('refunds'), shop.id), query, [
    timeFilter<Refund>(query, 'created_at', (refund) => refund.created_at),
    enumFilter<Refund>(query, 'status', refundStatuses, (refund) => refund.status),
    equalFilter<Refund>(query, 'payment_id', (refund) => refund.payment_id),
  ]);
