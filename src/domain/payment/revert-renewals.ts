import { periodIndexOf } from '../model/period-key.ts';
import type { Context } from '../model/context.ts';
import { alarm, type Draft, record } from '../decision/draft.ts';
import type { CommandBase } from '../model/command.ts';
import { type Instant, toIso } from '../model/instant.ts';
import type { CapturedPayment } from '../model/payment.ts';
import {
  type ActiveSubscription,
  activeIn,
  type LiveSubscription,
  type Subscription,
  type Term,
} from '../model/subscription.ts';
import { termAt } from '../subscription/period.ts';
import { requestFullRefund } from './request-refund.ts';

/** Captured charges that were reserved after the API had accepted a command, also where the subscription has ended. */
export const chargedSince = (draft: Draft, { id }: Subscription, acceptedAt: Instant): readonly CapturedPayment[] =>
  draft.state.captures.filter(
    (capture) =>
      capture.kind === 'charge' &&
      capture.subscriptionId === id &&
      capture.reservedAt > acceptedAt &&
      capture.refundedMinor < capture.capturedMinor,
  );

/**
 * The document remembers the newest captures. Where all of them are younger than the command that takes charges back, it may
 * have forgotten some that go back as well: operators hear of the command, and staff refund those.
 */
export function nameForgotten(draft: Draft, { commandId, acceptedAt }: CommandBase, { policy }: Context): Draft {
  const oldest = draft.state.captures.at(-policy.capturesMax);
  if (oldest === undefined || oldest.reservedAt <= acceptedAt) return draft;
  const detail = `a command was carried out so late that charges since ${toIso(acceptedAt)} may be forgotten: only the newest were refunded`;
  return alarm(draft, { rule: 'contradiction', subjectId: commandId, detail });
}

export const refundAll = (draft: Draft, captures: readonly CapturedPayment[], context: Context): Draft =>
  captures.reduce((refunded, capture) => requestFullRefund(refunded, capture, 'canceled', context), draft);

/** The term before the given period, counted from the anchor where that is early enough; null when it is not known. */
function termBefore(subscription: LiveSubscription, periodIndex: number, context: Context): Term | null {
  const { term, previousTerm, tariff } = subscription;
  if (periodIndex - 1 < term.anchorIndex) return previousTerm?.periodIndex === periodIndex - 1 ? previousTerm : null;
  return termAt({ at: term.anchor, index: term.anchorIndex }, periodIndex - 1, tariff.period, context.policy);
}

/** Captures of the same period, this one included. */
export const ofSamePeriod = (
  captures: readonly CapturedPayment[],
  { subscriptionId, periodKey }: CapturedPayment,
): readonly CapturedPayment[] =>
  captures.filter((one) => one.subscriptionId === subscriptionId && one.periodKey === periodKey);

/**
 * The subscription as it was before the period of the capture, whose money goes back; null where that is not known. It
 * keeps the number of the last attempt of that period, so that a later payment of it gets another key.
 */
export function withoutPeriodOf(
  capture: CapturedPayment,
  captures: readonly CapturedPayment[],
  subscription: LiveSubscription,
  context: Context,
): ActiveSubscription | null {
  const term = termBefore(subscription, periodIndexOf(capture.periodKey), context);
  const attemptsMade = Math.max(
    ...ofSamePeriod(captures, capture).map(({ attemptNo }) => attemptNo),
    capture.attemptNo,
  );
  return term === null ? null : activeIn(subscription, { term, previousTerm: null, attemptsMade });
}

/** What the subscriber paid on a page for periods after one whose money goes back: those are gone with it. */
export const paidAfter = (draft: Draft, first: CapturedPayment): readonly CapturedPayment[] =>
  draft.state.captures.filter(
    ({ kind, subscriptionId, periodKey, refundedMinor, capturedMinor }) =>
      kind === 'checkout' &&
      subscriptionId === first.subscriptionId &&
      periodIndexOf(periodKey) > periodIndexOf(first.periodKey) &&
      refundedMinor < capturedMinor,
  );

/** `isTermLost`: a renewal after a gap has set a new anchor, and the old term is not known any more. */
type Reverted = { readonly draft: Draft; readonly isTermLost: boolean };

/**
 * Reverts renewals that were charged after a command that forbids them was accepted and before it was handled. The money
 * is refunded, and the term that the subscriber saw at that time is restored.
 */
export function revertRenewals(
  draft: Draft,
  subscription: LiveSubscription,
  acceptedAt: Instant,
  context: Context,
): Reverted {
  const captures = chargedSince(draft, subscription, acceptedAt);
  const first = captures.toSorted((a, b) => periodIndexOf(a.periodKey) - periodIndexOf(b.periodKey))[0];
  if (first === undefined) return { draft, isTermLost: false };
  const refunded = refundAll(draft, [...captures, ...paidAfter(draft, first)], context);
  const previous = withoutPeriodOf(first, draft.state.captures, subscription, context);
  if (previous === null) return { draft: refunded, isTermLost: true };
  // A cancel that was handled earlier has published the end of the longer term. The new end is published anew.
  const reverted = { ...previous, cancelAtPeriodEnd: false };
  return { draft: record(refunded, { type: 'subscription.tracked', subscription: reverted }), isTermLost: false };
}
