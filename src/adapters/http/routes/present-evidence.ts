import type { Evidence } from '../../../application/requests/read-evidence.ts';
import { toIso } from '../../../domain/model/instant.ts';
import { consentJson, moneyJson } from './present-account.ts';
import { noticeJson } from './present-history.ts';

type Json = Readonly<Record<string, unknown>>;
type Refund = Evidence['refunds'][number];
type Done = Evidence['commands'][number];

/** Only what is known: a field that says nothing is left out, so that the bank reads no null. */
const known = (fields: Json): Json => Object.fromEntries(Object.entries(fields).filter(([, value]) => value != null));

const time = (at: number | null | undefined): string | null => (at == null ? null : toIso(at));
const doneJson = ({ id, type, acceptedAt }: Done): Json => ({ id, type, accepted_at: toIso(acceptedAt) });

function paymentJson({ payment }: Evidence): Json {
  const { id, kind, state, amount, purpose, paySystem, method } = payment;
  return known({
    ...{ id, provider_id: payment.providerPaymentId, kind, status: state, amount: moneyJson(amount), purpose },
    ...{ pay_system: paySystem, attempt_no: payment.attemptNo, failure_reason: payment.failureReason },
    created_at: toIso(payment.createdAt),
    captured_at: time(payment.capturedAt),
    method: method === null ? null : known({ title: method.title, last4: method.last4, brand: method.brand }),
  });
}

function subscriptionJson({ payment, subscription }: Evidence): Json {
  return known({
    id: payment.subscriptionId,
    tariff: payment.why?.tariff,
    status: subscription?.status,
    created_at: time(subscription?.createdAt),
    ended_at: time(subscription?.endedAt),
    end_cause: subscription?.endCause,
  });
}

function accessJson({ payment }: Evidence): Json | null {
  const period = payment.why?.period ?? null;
  if (period === null) return null;
  return known({ from: toIso(period.start), until: toIso(period.end), published_at: time(period.publishedAt) });
}

function consentOf({ payment, consentedBy }: Evidence): Json | null {
  const consent = consentJson(payment.consent);
  return consent && known({ ...consent, command: consentedBy && doneJson(consentedBy) });
}

const refundJson = ({ id, amount, state, reason, requestedAt, expectedBy, receipt }: Refund): Json =>
  known({
    ...{ id, amount: moneyJson(amount), status: state, reason },
    ...{ requested_at: toIso(requestedAt), expected_by: time(expectedBy), receipt },
  });

/** The day is the one that the bank named. One that was won took nothing. */
const chargebackJson = ({ amount, state, requestedAt }: Refund): Json => ({
  ...{ amount: moneyJson(amount), date: toIso(requestedAt).slice(0, 10), won: state === 'failed' },
});

/** Who acted and what else it changed stay with us: the audit has them under the same id. */
const auditJson = ({ id, at, action, subject, reason }: Evidence['audit'][number]): Json => ({
  ...{ id, at: toIso(at), action, subject, reason },
});

/** The document that answers a bank, for the API and the command line. No field of it names a person. */
export function presentEvidence(evidence: Evidence): Json {
  return known({
    read_at: toIso(evidence.readAt),
    payment: paymentJson(evidence),
    subscription: subscriptionJson(evidence),
    consent: consentOf(evidence),
    notice: noticeJson(evidence.payment),
    access: accessJson(evidence),
    receipt: evidence.payment.receipt,
    refunds: evidence.refunds.map(refundJson),
    chargebacks: evidence.chargebacks.map(chargebackJson),
    commands: evidence.commands.map(doneJson),
    audit: evidence.audit.map(auditJson),
    left_out: evidence.leftOut,
  });
}
