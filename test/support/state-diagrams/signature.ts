import { accessUntil } from '../../../src/domain/subscription/access.ts';
import type { Payment } from '../../../src/domain/model/payment.ts';
import { possiblySent } from '../../../src/domain/model/send-record.ts';
import type { Subscriber } from '../../../src/domain/model/subscriber.ts';
import { grantsAccess } from '../../../src/domain/model/subscription-questions.ts';
import { missingForCharge, missingNotices } from '../../../src/domain/subscription/notices.ts';
import { type Place, policy } from './move.ts';

function paymentSignature(payment: Payment, now: number): unknown {
  const { kind, state, step, send, watchedBecause, purchase, saveMethod, providerPaymentId, stuckSince } = payment;
  const common = [
    kind,
    state,
    step,
    watchedBecause === null,
    saveMethod,
    purchase === null,
    providerPaymentId === null,
    stuckSince === null,
  ];
  const sent = [send.readsOnly, send.distrusted !== null, Math.min(possiblySent(send), 2), send.unsent > 0];
  // Only while the outcome is unknown does its age matter.
  if ((state !== 'unknown' && state !== 'sending') || send.firstSentAt === null) return [common, sent];
  const age = now - send.firstSentAt;
  return [common, sent, send.absentSince === null, age >= policy.absentAfterMs, age >= policy.stuckAfterMs];
}

function subscriptionSignature({ subscription, payment, captures }: Subscriber, now: number): unknown {
  if (!grantsAccess(subscription)) return subscription?.status;
  const { id, status, autoRenew, cancelAtPeriodEnd, held, methodId, term } = subscription;
  const over = now >= accessUntil(subscription, policy);
  const renewed = captures.some(
    (paid) => paid.kind === 'charge' && paid.subscriptionId === id && paid.refundedMinor === 0,
  );
  const common = [status, cancelAtPeriodEnd, held === null, over, renewed];
  if (payment !== null) return common;
  const stopped = status === 'past_due' && subscription.dunning.nextAttemptAt === null;
  const noticed = [missingForCharge(subscription, now, policy) === null, missingNotices(subscription, policy).length];
  return [...common, autoRenew, methodId === null, stopped, now >= term.periodEnd, ...noticed];
}

/** Equal for places that are equal for the rules, so that one of them stands for all. */
export const signature = ({ state, now }: Place): string =>
  JSON.stringify([
    state.watched.length > 0 ? state.subscription?.status : subscriptionSignature(state, now),
    [...(state.payment === null ? [] : [state.payment]), ...state.watched].map((one) => paymentSignature(one, now)),
  ]);
