import { chargebackId } from '../../domain/model/chargeback-id.ts';
import type { DomainEvent } from '../../domain/model/events.ts';
import { externalRefund } from './external-refund.ts';

type ChargedBack = Extract<DomainEvent, { readonly type: 'payment.chargeback_recorded' }>;

/** A chargeback as a row among the refunds of its payment, under a name of its own. One that was won took nothing. */
export function chargebackRow(event: ChargedBack): ReturnType<typeof externalRefund> {
  const { paymentId, date, won } = event;
  const providerRefundId = chargebackId(paymentId);
  const { row, ...rest } = externalRefund({ ...event, providerRefundId, refundedAt: Date.parse(date) });
  return { ...rest, row: { ...row, reason: 'chargeback', state: won === true ? 'failed' : 'succeeded' } };
}
