import { decideAbort, decideCheckResult, type StatusCheck } from '../../../src/domain/payment/decide-check-result.ts';
import { decideOutcome } from '../../../src/domain/payment/decide-outcome.ts';
import { decideReservation } from '../../../src/domain/payment/decide-reservation.ts';
import type { Via } from '../../../src/domain/model/events.ts';
import type { Subject } from '../../../src/domain/model/effect.ts';
import type { Payment } from '../../../src/domain/model/payment.ts';
import { planCheck } from '../../../src/domain/payment/plan-check.ts';
import type { SendOutcome } from '../../../src/domain/model/provider.ts';
import { possiblySent } from '../../../src/domain/model/send-record.ts';
import type { Cause } from './causes.ts';
import { contextAt, delaysMs, type Move, type Place } from './move.ts';
import { answersAbout } from './provider-words.ts';

const subjectOf = ({ id }: Payment): Subject => ({ kind: 'payment', id });

/** The results of a status check: the provider's object in any of its states, `absent`, or no answer. */
function checkResults(payment: Payment, { state, now }: Place, via: Via): readonly Move[] {
  const results: readonly (readonly [Cause, StatusCheck['checkResult']])[] = [
    ...answersAbout(payment, state, now).map(({ cause, object }) => [cause, { kind: 'found', object }] as const),
    ['absent', { kind: 'absent' }],
    ['unavailable', { kind: 'unavailable', reason: 'timeout' }],
  ];
  return results.map(([cause, checkResult]) => ({
    cause,
    now,
    decide: (before, context) =>
      decideCheckResult(before, subjectOf(payment), { checkResult, via, askedAt: context.now }, context),
  }));
}

/** The outcomes of a send that is under way. */
function outcomes(payment: Payment, { state, now }: Place): readonly Move[] {
  if (payment.state !== 'sending') return [];
  const repeated = possiblySent(payment.send) > 1 && payment.step === 'pay';
  const brought: readonly (readonly [Cause, SendOutcome])[] = [
    ...answersAbout(payment, state, now).map(
      ({ cause, object }) => [repeated ? 'repeat answered' : cause, { kind: 'answered', object }] as const,
    ),
    ['unsent', { kind: 'unsent', reason: 'refused connection' }],
    ['refused', { kind: 'refused', status: 400, code: 'invalid_request', parameter: null }],
    ['key_conflict', { kind: 'key_conflict' }],
    ['no answer', { kind: 'unknown', reason: 'timeout' }],
  ];
  return brought.map(([cause, outcome]) => ({
    cause,
    now,
    decide: (before, context) => decideOutcome(before, subjectOf(payment), outcome, context),
  }));
}

const reservation = (payment: Payment, now: number): Move => ({
  cause: 'reservation',
  now,
  decide: (state, context) => decideReservation(state, subjectOf(payment), context),
});

function statusCheck(payment: Payment, { state, now }: Place): readonly Move[] {
  const check = planCheck(state, subjectOf(payment), contextAt(now));
  switch (check.kind) {
    case 'send':
      return [reservation(payment, now)];
    case 'abort': {
      const subject = subjectOf(payment);
      return [{ cause: 'unsent', now, decide: (before, context) => decideAbort(before, subject, context) }];
    }
    case 'read':
      return checkResults(payment, { state, now }, 'poll');
    case 'search_payment':
      return checkResults(payment, { state, now }, 'list');
    case 'nothing':
    case 'search_refund':
    case 'retry_refund':
      return [];
  }
}

/** A payment is sent and answered, checked when its check is due, and notified of once the provider may know it. */
export function paymentMoves(payment: Payment, place: Place): readonly Move[] {
  const { nextCheckAt, nextCheckRealAt } = payment.send;
  const dueAt = Math.min(nextCheckAt ?? Infinity, nextCheckRealAt ?? Infinity);
  const checks = dueAt === Infinity ? [] : delaysMs.map((delayMs) => Math.max(place.now, dueAt) + delayMs);
  const known = possiblySent(payment.send) > 0 || payment.providerPaymentId !== null;
  return [
    reservation(payment, place.now),
    ...outcomes(payment, place),
    ...checks.flatMap((now) => statusCheck(payment, { ...place, now })),
    ...(known ? checkResults(payment, place, 'notification') : []),
  ];
}
