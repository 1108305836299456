import type { Context } from '../model/context.ts';
import { isSinceBackup } from '../model/epoch.ts';
import { accepted, alarm, type Decision, type Draft, draftOf, ignored, record } from '../decision/draft.ts';
import type { ProviderObject, ProviderPayment, ProviderRefund } from '../model/provider.ts';
import { recalledOf } from '../model/recalled.ts';
import type { Subscriber } from '../model/subscriber.ts';
import type { LiveSubscription } from '../model/subscription.ts';
import { isPastDue, mayCharge } from '../model/subscription-questions.ts';
import { hold } from '../subscription/billing-hold.ts';
import { noticeOfCharge } from '../subscription/next-charge.ts';
import { missingForCharge } from '../subscription/notices.ts';
import { applyObject } from './apply-object.ts';
import { decideCheckResult } from './decide-check-result.ts';
import { openPeriodPayment, periodKeyOf } from './open-payment.ts';
import { findOperation } from './operation.ts';
import { attemptsMax } from './recalled-refund.ts';
import { refundsMadeOf } from './own-refunds.ts';
import { subjectOfObject } from './subject-of-object.ts';

/** More than dunning and the subscriber can make for one period. */
const chargesMax = 50;

/**
 * Whether the refund was closed before the backup. A document counts the refunds that it has made of a payment, and holds
 * those that are not closed.
 */
function isClosedRefund(state: Subscriber, { metadata: { paymentId, refundId } }: ProviderRefund, { ids }: Context) {
  const capture = state.captures.find((candidate) => candidate.paymentId === paymentId);
  if (capture === undefined || state.refunds.some((refund) => refund.paymentId === paymentId)) return false;
  const made = refundsMadeOf(state, capture);
  if (refundId == null) return made > 0;
  for (let refundNo = 2; refundNo <= made; refundNo += 1) {
    for (let attemptNo = 1; attemptNo <= attemptsMax; attemptNo += 1) {
      if (ids.refundId(capture.paymentId, refundNo, attemptNo) === refundId) return true;
    }
  }
  return false;
}

/** Whether the restored document knows the object: it is of a later time than the object. */
function isInDocument(state: Subscriber, object: ProviderObject, context: Context): boolean {
  const { captures, externalRefunds, refunds, recalled } = state;
  const { id } = object;
  return (
    (object.object === 'refund' && isClosedRefund(state, object, context)) ||
    captures.some(({ providerPaymentId }) => providerPaymentId === id) ||
    externalRefunds.some(({ providerRefundId }) => providerRefundId === id) ||
    refunds.some((refund) => refund.providerRefundId === id || refund.earlierRefundIds.includes(id)) ||
    recalled.some((one) => one.id === id)
  );
}

/** The number of the attempt for the next period that the object is; null where it is none. The ids follow from the period. */
function attemptOf(subscription: LiveSubscription, { metadata }: ProviderPayment, { ids }: Context): number | null {
  const periodKey = periodKeyOf(subscription.term.periodIndex + 1);
  for (let count = 1; count <= chargesMax; count += 1) {
    const attemptNo = subscription.attemptsMade + count;
    if (ids.paymentId(subscription.id, periodKey, attemptNo) === metadata.paymentId) return attemptNo;
  }
  return null;
}

/** The notice that a renewal had before it was charged, which the document may have forgotten. Its id follows from its cause. */
function noticeOf(subscription: LiveSubscription, { createdAt }: ProviderPayment, { ids, policy }: Context) {
  const known = noticeOfCharge(subscription);
  if (known !== null) return { noticeId: known.id };
  const missing = isPastDue(subscription) ? null : missingForCharge(subscription, createdAt, policy);
  if (missing === null) return {};
  const { kind, dueAt, amountMinor } = missing;
  return { noticeId: ids.noticeId(subscription.id, kind, dueAt, amountMinor ?? 0) };
}

/** A charge of the next period: it is applied now, so that it precedes the commands that came after it. */
function applyCharge(draft: Draft, object: ProviderObject, context: Context): Draft | null {
  const { subscription, payment } = draft.state;
  if (object.object !== 'payment' || payment !== null || !mayCharge(subscription)) return null;
  const { methodId } = subscription;
  // A page changes the method of later periods: its command, which is read again, opens it.
  if (methodId === null || object.method?.id !== methodId) return null;
  const attemptNo = attemptOf(subscription, object, context);
  if (attemptNo === null) return null;
  const counted = { ...subscription, attemptsMade: attemptNo - 1 };
  const how = { methodId, saveMethod: false, returnUrl: null, ...noticeOf(subscription, object, context) };
  const opened = openPeriodPayment(draft, counted, how, context);
  const { payment: open } = opened.state;
  const operation = open === null ? null : findOperation(opened.state, { kind: 'payment', id: open.id });
  return operation === null ? null : applyObject(opened, operation, { object, via: 'list' }, context);
}

/**
 * The provider has the object, and the document is that of a backup. An open operation learns its end; an unknown charge of
 * the next period is applied; any other object waits for the operation that made it to be decided again. Nothing is sent:
 * the document has a status check due.
 */
export function decideRecalled(state: Subscriber, object: ProviderObject, context: Context): Decision {
  const subject = subjectOfObject(state, object);
  if (subject !== null) {
    const found = { checkResult: { kind: 'found' as const, object }, via: 'list' as const, askedAt: context.now };
    return decideCheckResult(state, subject, found, context);
  }
  if (context.epoch === null || !isSinceBackup(context.epoch, object.createdAt)) return ignored('before the backup');
  const one = recalledOf(object);
  if (one === null || isInDocument(state, object, context)) return ignored('the document has it');
  if (state.recalled.length >= context.policy.recalledMax) {
    const detail = 'the provider has more payments and refunds since the backup than a document can recall';
    const alarmed = alarm(draftOf(state), { rule: 'foreign_object', subjectId: object.id, detail });
    return accepted(hold(alarmed, detail, context));
  }
  const recalled = record(draftOf(state), { type: 'recalled.changed', recalled: [...state.recalled, one] });
  return accepted(applyCharge(recalled, object, context) ?? recalled);
}
