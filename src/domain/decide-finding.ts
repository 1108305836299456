import { applyPayment } from './apply-payment.ts';
import { applyRefund, failRefund, retryRefund } from './apply-refund.ts';
import { mismatchOf } from './check-object.ts';
import type { Context, LedgerPayment, Ruling } from './context.ts';
import { abortPayment } from './decide-outcome.ts';
import type { Subject } from './decide-reservation.ts';
import { type Draft, draftOf, record } from './draft.ts';
import type { DomainEvent, Via } from './events.ts';
import { findTarget, type Target } from './find-target.ts';
import type { Payment, Refund, Settled } from './payment.ts';
import { planCheck } from './plan-check.ts';
import { nextPoll } from './polls.ts';
import type { Finding, ProviderPayment } from './provider.ts';
import { requestFullRefund } from './request-refund.ts';
import type { SendRecord } from './send-record.ts';
import type { Subscriber } from './subscriber.ts';

/** What a look was for: by id, or through the provider's list; only a whole list can say that nothing is there. */
export type Look = { readonly finding: Finding; readonly via: Via };

const accepted = (draft: Draft): Ruling<DomainEvent> => ({ kind: 'accepted', events: draft.events });
const ignored = (reason: string): Ruling<DomainEvent> => ({ kind: 'ignored', reason });

const later = (subject: Payment | Refund, context: Context): SendRecord => ({
  ...subject.send,
  nextCheckAt: nextPoll(subject.createdAt, context.now, context.policy),
  nextCheckRealAt: nextPoll(subject.createdRealAt, context.realNow, context.policy),
});

/** Whether the absence is proved: older than the key's life, and seen twice at least ten minutes apart. */
function absence(send: SendRecord, context: Context): 'too_young' | 'first' | 'too_soon' | 'proved' {
  const { policy, now } = context;
  if (send.firstSentAt === null || now - send.firstSentAt < policy.absentAfterMs) return 'too_young';
  if (send.absentSince === null) return 'first';
  return now - send.absentSince < policy.absentApartMs ? 'too_soon' : 'proved';
}

function withAbsence(send: SendRecord, context: Context): SendRecord {
  const again = context.now + context.policy.absentApartMs;
  return { ...send, absentSince: context.now, nextCheckAt: again, nextCheckRealAt: null };
}

/** Unknown for longer than anybody should wait: a person is asked, once. */
const isStuck = ({ state, send, stuckSince }: Payment | Refund, { now, policy }: Context): boolean =>
  state === 'unknown' &&
  stuckSince === null &&
  send.firstSentAt !== null &&
  now - send.firstSentAt >= policy.stuckAfterMs;

function nothingFound(draft: Draft, { payment, place }: Target, look: Look, context: Context): Draft {
  const searched = look.finding.kind === 'absent' && look.via === 'list';
  const verdict = searched ? absence(payment.send, context) : 'too_young';
  if (verdict === 'proved') return abortPayment(draft, payment, 'provider_absent', context);
  const send = verdict === 'first' ? withAbsence(payment.send, context) : later(payment, context);
  if (isStuck(payment, context)) {
    return record(draft, { type: 'payment.stuck', payment: { ...payment, send, stuckSince: context.now }, place });
  }
  return record(draft, { type: 'payment.tracked', payment: { ...payment, send }, place });
}

function refundNotFound(draft: Draft, refund: Refund, look: Look, context: Context): Draft {
  const searched = look.finding.kind === 'absent' && look.via === 'list';
  const verdict = searched ? absence(refund.send, context) : 'too_young';
  if (verdict === 'proved') return failRefund(draft, refund, 'provider_absent', context);
  const send = verdict === 'first' ? withAbsence(refund.send, context) : later(refund, context);
  if (!isStuck(refund, context)) {
    return record(draft, { type: 'refund.tracked', refund: { ...refund, send }, closed: false });
  }
  const detail = 'the provider has not said for days what became of the refund';
  return record(
    draft,
    { type: 'refund.tracked', refund: { ...refund, send, stuckSince: context.now }, closed: false },
    {
      type: 'invariant.violated',
      rule: 'refund_exhausted',
      subjectId: refund.id,
      detail,
      expected: refund.amount,
      actual: null,
    },
  );
}

/** Applies what a look at the provider found to the payment or refund as it is now. */
export function decideFinding(state: Subscriber, subject: Subject, look: Look, context: Context): Ruling<DomainEvent> {
  const draft = draftOf(state);
  const object = look.finding.kind === 'found' ? look.finding.object : null;
  if (subject.kind === 'refund') {
    const refund = state.refunds.find((candidate) => candidate.id === subject.id);
    if (refund === undefined || refund.state === 'failed') return ignored('refund is closed');
    // The provider's list may show an earlier attempt under the same metadata: this one it does not hold, then.
    if (object?.object === 'refund' && !refund.earlierRefundIds.includes(object.id)) {
      return accepted(applyRefund(draft, refund, object, context));
    }
    const nothing = object === null ? look : { ...look, finding: { kind: 'absent' as const } };
    return accepted(refundNotFound(draft, refund, nothing, context));
  }
  const target = findTarget(state, subject.id);
  if (target === null) return ignored('payment is closed');
  return accepted(
    object?.object === 'payment'
      ? applyPayment(draft, target, { object, via: look.via }, context)
      : nothingFound(draft, target, look, context),
  );
}

/** What surely never left and may not be sent any more is over. */
export function decideAbort(state: Subscriber, subject: Subject, context: Context): Ruling<DomainEvent> {
  const draft = draftOf(state);
  // Between the plan and this save somebody else may have reserved a send.
  if (planCheck(state, subject, context).kind !== 'abort') return ignored('something may be out');
  if (subject.kind === 'refund') {
    const refund = state.refunds.find((candidate) => candidate.id === subject.id);
    return refund === undefined
      ? ignored('refund is closed')
      : accepted(failRefund(draft, refund, 'provider_unreachable', context));
  }
  const payment = state.payment?.id === subject.id ? state.payment : null;
  return payment === null
    ? ignored('payment is closed')
    : accepted(abortPayment(draft, payment, 'provider_unreachable', context));
}

export function decideRefundRetry(state: Subscriber, refundId: string, context: Context): Ruling<DomainEvent> {
  const refund = state.refunds.find((candidate) => candidate.id === refundId);
  if (refund?.state !== 'failed') return ignored('refund is not waiting to be asked again');
  return accepted(retryRefund(draftOf(state), refund, context));
}

/**
 * A succeeded payment that the document no longer holds: a repeat when it is settled or the ledger says so; else money
 * that came after we had given up on it, and goes back (domain.md: any end, late success).
 */
export function decideStraySuccess(
  state: Subscriber,
  object: ProviderPayment,
  ledger: LedgerPayment,
  context: Context,
): Ruling<DomainEvent> {
  if (state.settled.some((settled) => settled.paymentId === ledger.paymentId)) return ignored('repeat');
  if (ledger.state === 'succeeded') return ignored('repeat');
  const { userId, testClockId } = state;
  const expected = { userId, paymentId: ledger.paymentId, amount: object.amount, testClockId };
  if (mismatchOf(expected, object, context) !== null) return ignored('not ours');
  const settled: Settled = {
    paymentId: ledger.paymentId,
    subscriptionId: ledger.subscriptionId,
    periodKey: ledger.periodKey,
    providerPaymentId: object.id,
    kind: ledger.kind,
    attemptNo: ledger.attemptNo,
    reservedAt: context.realNow,
    currency: object.amount.currency,
    capturedMinor: object.amount.amountMinor,
    refundedMinor: 0,
  };
  const recorded = record(
    draftOf(state),
    { type: 'settlement.recorded', settled },
    {
      type: 'invariant.violated',
      rule: 'contradiction',
      subjectId: ledger.paymentId,
      detail: `succeeded at the provider after we recorded it as ${ledger.state}`,
      expected: null,
      actual: object.amount,
    },
  );
  return accepted(requestFullRefund(recorded, settled, 'late_success', context));
}
