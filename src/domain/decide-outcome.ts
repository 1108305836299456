import { applyPayment } from './apply-payment.ts';
import { applyRefund, failRefund } from './apply-refund.ts';
import type { CommandOutcome } from './command.ts';
import type { Context, Ruling } from './context.ts';
import type { Subject } from './decide-reservation.ts';
import { classifyDecline } from './decline-table.ts';
import { type Draft, draftOf, record } from './draft.ts';
import type { DomainEvent } from './events.ts';
import { findTarget, type Target } from './find-target.ts';
import type { Payment, Refund } from './payment.ts';
import { planPolls } from './polls.ts';
import type { SendOutcome } from './provider.ts';
import { withUnknown, withUnsent } from './reserve.ts';
import { possiblySent, type SendRecord } from './send-record.ts';
import { settleFailure } from './settle-failure.ts';
import type { Subscriber } from './subscriber.ts';

/** What the table of domain.md ("Payment") says about an outcome, before it is applied to a payment or a refund. */
type Verdict =
  | { readonly kind: 'unknown'; readonly reason: string; readonly readsOnly: boolean }
  | { readonly kind: 'unsent'; readonly reason: string }
  | { readonly kind: 'refused'; readonly reason: string };

/**
 * A first send is one whose reservation is the only one not counted as unsent; whatever a repeat is told may concern the
 * repeat alone, so after a repeat only a read can say what became of the operation.
 */
function judge(record: SendRecord, outcome: Exclude<SendOutcome, { kind: 'answered' }>): Verdict {
  const first = possiblySent(record) <= 1;
  switch (outcome.kind) {
    case 'unknown':
      return { kind: 'unknown', reason: outcome.reason, readsOnly: false };
    case 'key_conflict':
      return { kind: 'unknown', reason: 'key_conflict', readsOnly: true };
    case 'unsent':
      return first ? outcome : { kind: 'unknown', reason: outcome.reason, readsOnly: false };
    case 'refused':
      return first
        ? { kind: 'refused', reason: `${outcome.status} ${outcome.code}` }
        : { kind: 'unknown', reason: `${outcome.status} ${outcome.code}`, readsOnly: false };
  }
}

export function abortPayment(
  draft: Draft,
  payment: Payment,
  reason: 'provider_unreachable' | 'provider_refused' | 'provider_absent',
  context: Context,
): Draft {
  const decline = { reason, party: 'us', class: classifyDecline(reason) };
  const outcome: CommandOutcome = {
    kind: 'rejected',
    reason: reason === 'provider_refused' ? 'provider_refused' : 'provider_unreachable',
  };
  return settleFailure(draft, payment, { state: 'aborted', decline, outcome }, context);
}

/** The provider stays out of reach while the money is on hold: the capture is tried again at each poll while its key lives. */
function captureLater(draft: Draft, { payment, place }: Target, context: Context): Draft {
  const created = { at: payment.createdAt, realAt: payment.createdRealAt };
  const send = planPolls({ ...payment.send, unsent: payment.send.unsent + 1, noSendBefore: null }, created, context);
  return record(draft, { type: 'payment.tracked', payment: { ...payment, state: 'created', send }, place });
}

/** A capture that was refused: the money is on hold, so only the provider's word can end the payment. */
function onlyRead(draft: Draft, { payment, place }: Target, context: Context): Draft {
  const created = { at: payment.createdAt, realAt: payment.createdRealAt };
  const send = planPolls({ ...payment.send, readsOnly: true }, created, context);
  return record(draft, { type: 'payment.tracked', payment: { ...payment, state: 'unknown', send }, place });
}

function paymentVerdict(draft: Draft, { payment, place }: Target, verdict: Verdict, context: Context): Draft {
  switch (verdict.kind) {
    case 'unknown': {
      const send = { ...withUnknown(payment.send, context), readsOnly: payment.send.readsOnly || verdict.readsOnly };
      const unknown: Payment = { ...payment, state: 'unknown', send };
      return payment.state === 'unknown'
        ? record(draft, { type: 'payment.tracked', payment: unknown, place })
        : record(draft, { type: 'payment.unknown', payment: unknown, place, reason: verdict.reason });
    }
    case 'unsent': {
      // Nobody waits for a capture at a page, and the money is on hold for days: it has the patience of a charge.
      const patience = payment.step === 'capture' ? 'charge' : payment.kind;
      const send = withUnsent(payment.send, context.policy.unsentRepeatsMs[patience], context);
      if (send === null && payment.step === 'capture') return captureLater(draft, { payment, place }, context);
      if (send === null || place === 'watched') {
        const counted = { ...payment, send: { ...payment.send, unsent: payment.send.unsent + 1 } };
        return abortPayment(draft, counted, 'provider_unreachable', context);
      }
      return record(draft, { type: 'payment.tracked', payment: { ...payment, state: 'created', send }, place });
    }
    case 'refused': {
      const alarmed = record(draft, {
        type: 'invariant.violated',
        rule: 'contradiction',
        subjectId: payment.id,
        detail: `the provider refused the request: ${verdict.reason}`,
        expected: null,
        actual: null,
      });
      return payment.step === 'capture'
        ? onlyRead(alarmed, { payment, place }, context)
        : abortPayment(alarmed, payment, 'provider_refused', context);
    }
  }
}

function refundVerdict(draft: Draft, refund: Refund, verdict: Verdict, context: Context): Draft {
  switch (verdict.kind) {
    case 'unknown': {
      const send = { ...withUnknown(refund.send, context), readsOnly: refund.send.readsOnly || verdict.readsOnly };
      return record(draft, { type: 'refund.tracked', refund: { ...refund, state: 'unknown', send }, closed: false });
    }
    case 'unsent': {
      const send = withUnsent(refund.send, context.policy.unsentRepeatsMs.charge, context);
      if (send === null) return failRefund(draft, refund, 'provider_unreachable', context);
      return record(draft, { type: 'refund.tracked', refund: { ...refund, state: 'requested', send }, closed: false });
    }
    case 'refused':
      return failRefund(draft, refund, verdict.reason, context);
  }
}

/**
 * The answer to a repeat may be the stored answer to the first send, however old: only its id is believed, the state is
 * read. Null when the answer is that of a first send.
 */
function idOfRepeat(send: SendRecord, context: Context): SendRecord | null {
  return possiblySent(send) <= 1 ? null : { ...send, nextCheckAt: null, nextCheckRealAt: context.realNow };
}

const ignored = (reason: string): Ruling<DomainEvent> => ({ kind: 'ignored', reason });

const accepted = (draft: Draft): Ruling<DomainEvent> => ({ kind: 'accepted', events: draft.events });

const isOut = (state: Payment['state'] | Refund['state']): boolean => state === 'sending' || state === 'unknown';

function refundOutcome(draft: Draft, refund: Refund, outcome: SendOutcome, context: Context): Ruling<DomainEvent> {
  if (outcome.kind !== 'answered') return accepted(refundVerdict(draft, refund, judge(refund.send, outcome), context));
  if (outcome.object.object !== 'refund') return ignored('answer is no refund');
  const send = idOfRepeat(refund.send, context);
  if (send === null) return accepted(applyRefund(draft, refund, outcome.object, context));
  if (refund.providerRefundId !== null && !isOut(refund.state)) return ignored(`refund is ${refund.state}`);
  const known: Refund = { ...refund, state: 'unknown', send, providerRefundId: outcome.object.id };
  return accepted(record(draft, { type: 'refund.tracked', refund: known, closed: false }));
}

function paymentOutcome(draft: Draft, target: Target, outcome: SendOutcome, context: Context): Ruling<DomainEvent> {
  const { payment, place } = target;
  if (outcome.kind !== 'answered') {
    // A late word about an old send says nothing about a payment that has moved on.
    if (!isOut(payment.state)) return ignored(`payment is ${payment.state}`);
    return accepted(paymentVerdict(draft, target, judge(payment.send, outcome), context));
  }
  if (outcome.object.object !== 'payment') return ignored('answer is no payment');
  const send = idOfRepeat(payment.send, context);
  if (send === null || payment.step === 'capture') {
    return accepted(applyPayment(draft, target, { object: outcome.object, via: 'response' }, context));
  }
  if (payment.providerPaymentId !== null && !isOut(payment.state)) return ignored(`payment is ${payment.state}`);
  const known: Payment = { ...payment, state: 'unknown', send, providerPaymentId: outcome.object.id };
  return accepted(record(draft, { type: 'payment.tracked', payment: known, place }));
}

/** What one send brought, applied to whatever its payment or refund has become meanwhile. */
export function decideOutcome(
  state: Subscriber,
  subject: Subject,
  outcome: SendOutcome,
  context: Context,
): Ruling<DomainEvent> {
  const draft = draftOf(state);
  if (subject.kind === 'refund') {
    const refund = state.refunds.find((candidate) => candidate.id === subject.id);
    if (refund === undefined || refund.state === 'failed') return ignored('refund is closed');
    return refundOutcome(draft, refund, outcome, context);
  }
  const target = findTarget(state, subject.id);
  return target === null ? ignored('payment is closed') : paymentOutcome(draft, target, outcome, context);
}
