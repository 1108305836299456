import type { HistoryPayment, HistoryRefund } from '../../../application/ports/history.ts';
import type { ShownPayment } from '../../../application/requests/read-payments.ts';
import { toIso, toIsoOrNull } from '../../../domain/model/instant.ts';
import { toDecimal } from '../../../domain/model/money.ts';
import { consentJson, moneyJson } from './present-account.ts';

type Json = Readonly<Record<string, unknown>>;

const refundJson = ({ id, amount, state, reason, requestedAt, expectedBy, receipt }: HistoryRefund): Json => ({
  ...{ id, amount: moneyJson(amount), status: state, reason },
  requested_at: toIso(requestedAt),
  expected_by: toIsoOrNull(expectedBy),
  receipt,
});

/** The notice that announced the charge, and when it was delivered where that was reported. */
export function noticeJson({ why, noticeDelivered }: HistoryPayment): Json | null {
  if (why?.notice == null) return null;
  const delivered =
    noticeDelivered === null
      ? {}
      : { delivered_at: toIso(noticeDelivered.deliveredAt), channel: noticeDelivered.channel };
  return { id: why.notice.id, kind: why.notice.kind, at: toIso(why.notice.at), ...delivered };
}

/** Why the amount was charged: what for, after which notice and under which consent, and of which lines it is the sum. */
const whyJson = (payment: ShownPayment): Json => ({
  kind: payment.kind,
  attempt_no: payment.attemptNo,
  tariff: payment.why?.tariff ?? null,
  period_start: toIsoOrNull(payment.why?.period?.start ?? null),
  period_end: toIsoOrNull(payment.why?.period?.end ?? null),
  notice: noticeJson(payment),
  consent: consentJson(payment.consent),
  lines: [{ text: payment.purpose, amount: moneyJson(payment.amount) }],
});

/** The fields of the v1 API first; what they say in prose the others say in words of the domain. */
export const presentPayment = (payment: ShownPayment): Json => ({
  id: payment.id,
  amount: toDecimal(payment.amount),
  amount_minor: payment.amount.amountMinor,
  pay_system: payment.paySystemName,
  currency_code: payment.amount.currency,
  pay_status: payment.statusName,
  purpose: payment.purpose,
  payment_id: payment.providerPaymentId,
  json_detail: payment.detail,
  created_at: toIso(payment.createdAt),
  status: payment.state,
  reason: payment.reason,
  failure_reason: payment.failureReason,
  subscription_id: payment.subscriptionId,
  captured_at: toIsoOrNull(payment.capturedAt),
  method:
    payment.method === null
      ? null
      : { title: payment.method.title, last4: payment.method.last4, brand: payment.method.brand ?? null },
  refunded_minor: payment.refundedMinor,
  refunding_minor: payment.refundingMinor,
  refunds: payment.refunds.map(refundJson),
  receipt: payment.receipt,
  why: whyJson(payment),
});
