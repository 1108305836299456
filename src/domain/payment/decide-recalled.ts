import type { Context } from '../model/context.ts';
import { isSinceBackup } from '../model/epoch.ts';
import { accepted, alarm, type Decision, type Draft, draftOf, ignored, record } from '../decision/draft.ts';
import type { ProviderObject, ProviderRefund } from '../model/provider.ts';
import { recalledOf } from '../model/recalled.ts';
import type { Subscriber } from '../model/subscriber.ts';
import { hold } from '../subscription/billing-hold.ts';
import { applyObject } from './apply-object.ts';
import { findDifference, type Past } from '../reconciliation/find-difference.ts';
import { decideCheckResult } from './decide-check-result.ts';
import { decideStray } from './decide-stray.ts';
import { findOperation } from './operation.ts';
import { isAttemptOf } from './recalled-refund.ts';
import { refundsMadeOf, refundsUnderWay } from './own-refunds.ts';
import { subjectOfObject } from './subject-of-object.ts';
import { takeCharge } from './take-charge.ts';

/**
 * Whether the refund was closed before the backup. A document counts the refunds that it has made of a payment, and holds
 * those that are not closed.
 */
function isClosedRefund(state: Subscriber, { metadata: { paymentId, refundId } }: ProviderRefund, context: Context) {
  const capture = state.captures.find((candidate) => candidate.paymentId === paymentId);
  if (capture === undefined) return false;
  const made = refundsMadeOf(state, capture);
  const held = new Set(refundsUnderWay(state, capture.paymentId).map(({ refundNo = 1 }) => refundNo));
  if (refundId == null) return made > 0 && !held.has(1);
  for (let refundNo = 2; refundNo <= made; refundNo += 1) {
    const all = { paymentId: capture.paymentId, refundNo, attemptNo: 0 };
    if (!held.has(refundNo) && isAttemptOf(all, refundId, context)) return true;
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

/** A charge of the next period is taken and applied at once. */
function applyCharge(draft: Draft, object: ProviderObject, context: Context): Draft | null {
  const opened = takeCharge(draft, context);
  const open = opened?.state.payment ?? null;
  if (opened === null || open?.providerPaymentId !== object.id) return opened;
  const operation = findOperation(opened.state, { kind: 'payment', id: open.id });
  return operation === null ? opened : applyObject(opened, operation, { object, via: 'list' }, context);
}

/** The payment was closed before the backup, and the reconciliation compares it. Only money that came late goes back at once. */
function decidePast(state: Subscriber, object: ProviderObject, past: Past, context: Context): Decision {
  const difference = findDifference(state, past, object, context.realNow);
  if (difference?.kind !== 'late_success') return ignored('the document has closed it');
  return decideStray(state, object, { difference, past }, context);
}

/**
 * The provider has the object, and the document is that of a backup. An open operation learns its end; the money of a payment
 * that was closed without it goes back; an unknown charge of the next period is applied; any other object waits for the
 * operation that made it to be decided again. Nothing is sent: the document has a status check due. `past`: what the read
 * models know of a payment.
 */
export function decideRecalled(state: Subscriber, object: ProviderObject, past: Past, context: Context): Decision {
  const subject = subjectOfObject(state, object);
  if (subject !== null) {
    const found = { checkResult: { kind: 'found' as const, object }, via: 'list' as const, askedAt: context.now };
    return decideCheckResult(state, subject, found, context);
  }
  if (past.payment !== null) return decidePast(state, object, past, context);
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
