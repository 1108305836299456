import { applyObject } from './apply-object.ts';
import { retryRefund } from './apply-refund.ts';
import { awaitBinding } from './apply-binding.ts';
import type { Context } from '../model/context.ts';
import type { Instant } from '../model/instant.ts';
import { accepted, type Decision, type Draft, draftOf, ignored } from '../decision/draft.ts';
import type { Via } from '../model/events.ts';
import { giveUp } from './fail-payment.ts';
import { findOperation, type Operation } from './operation.ts';
import type { Subject } from '../model/effect.ts';
import { isOver, mayBeRetried } from '../model/payment-states.ts';
import { planCheck } from './plan-check.ts';
import { planPolls } from './polls.ts';
import type { CheckResult, ProviderMethod, ProviderObject } from '../model/provider.ts';
import type { SendRecord } from '../model/send-record.ts';
import type { Subscriber } from '../model/subscriber.ts';
import { trackWaiting } from './track-waiting.ts';

/** What a status check found, by id or through the provider's list. Only the list can prove an absence. */
export type StatusCheck = {
  readonly checkResult: CheckResult<ProviderObject | ProviderMethod>;
  readonly via: Via;
  /** On the subscriber's clock. The answer may be minutes younger, and shows what was there when it was asked for. */
  readonly askedAt: Instant;
};

/**
 * Absence is proved when the first send is `absentAfterMs` old and two searches found nothing, the second of them begun
 * `absentApartMs` after the first had ended.
 */
function absence(
  send: SendRecord,
  askedAt: Instant,
  { policy }: Context,
): 'too_young' | 'first' | 'too_soon' | 'proved' {
  if (send.firstSentAt === null || askedAt - send.firstSentAt < policy.absentAfterMs) return 'too_young';
  if (send.absentSince === null) return 'first';
  return askedAt - send.absentSince < policy.absentApartMs ? 'too_soon' : 'proved';
}

function withAbsence(send: SendRecord, context: Context): SendRecord {
  const again = context.now + context.policy.absentApartMs;
  return { ...send, absentSince: context.now, nextCheckAt: again, nextCheckRealAt: null };
}

/** `searchedAt`: when the search was begun that found nothing; null when another kind of check found nothing. */
function nothingFound(draft: Draft, operation: Operation, searchedAt: Instant | null, context: Context): Draft {
  if (operation.kind === 'binding') return awaitBinding(draft, operation, context);
  const { entry } = operation;
  const verdict = searchedAt === null ? 'too_young' : absence(entry.send, searchedAt, context);
  if (verdict === 'proved') return giveUp(draft, operation, 'provider_absent', context);
  // Too soon is a second answer to one announcement: the search that counts is planned already.
  const planned = verdict === 'too_soon' ? entry.send : planPolls(entry, context);
  const send = verdict === 'first' ? withAbsence(entry.send, context) : planned;
  return trackWaiting(draft, operation, send, context);
}

/** Applies what a status check found to its operation as it is now. */
export function decideCheckResult(
  state: Subscriber,
  subject: Subject,
  statusCheck: StatusCheck,
  context: Context,
): Decision {
  const { checkResult, via, askedAt } = statusCheck;
  const draft = draftOf(state);
  const operation = findOperation(state, subject);
  if (operation === null || isOver(operation.entry)) return ignored(`${subject.kind} is closed`);
  const object = checkResult.kind === 'found' ? checkResult.object : null;
  // The list may hold an earlier attempt of the refund, with the same metadata, in place of this one.
  const isEarlier =
    object !== null && operation.kind === 'refund' && operation.entry.earlierRefundIds.includes(object.id);
  const applied = object === null || isEarlier ? null : applyObject(draft, operation, { object, via }, context);
  const isSearched = via === 'list' && (checkResult.kind === 'absent' || isEarlier);
  return accepted(applied ?? nothingFound(draft, operation, isSearched ? askedAt : null, context));
}

/** Ends an operation that certainly was never sent and may not be sent any more. */
export function decideAbort(state: Subscriber, subject: Subject, context: Context): Decision {
  const operation = findOperation(state, subject);
  // Another process may have reserved a send after the plan was made.
  if (operation === null || planCheck(state, subject, context).kind !== 'abort')
    return ignored('a request may be at the provider');
  return accepted(giveUp(draftOf(state), operation, 'provider_unreachable', context));
}

export function decideRefundRetry(state: Subscriber, refundId: string, context: Context): Decision {
  const refund = state.refunds.find((candidate) => candidate.id === refundId);
  if (refund === undefined || !mayBeRetried(refund)) return ignored('refund is not waiting for a retry');
  return accepted(retryRefund(draftOf(state), refund, context));
}
