import { alarmLate } from './alarm-late.ts';
import { markMismatch, mismatchOf } from './check-object.ts';
import type { Context } from '../model/context.ts';
import { alarm, type Draft, record } from '../decision/draft.ts';
import { isOfBackup, isSinceBackup } from '../model/epoch.ts';
import { followReceipt } from './follow-receipt.ts';
import { withProviderId, type RefundOperation } from './operation.ts';
import type { Refund } from '../model/payment.ts';
import { refundsMadeOf, requestedMinorOf, retryMinor } from './own-refunds.ts';
import { planPolls } from './polls.ts';
import type { ProviderRefund } from '../model/provider.ts';
import { refundNameOf } from '../model/refund-name.ts';
import { attemptsMax, recalledBackMinor, recalledRefund } from './recalled-refund.ts';
import { openRefund } from './request-refund.ts';
import { takeRecalled } from './take-recalled.ts';
import { trackWaiting } from './track-waiting.ts';

/** When a failed refund is requested again: after an hour, then daily for 30 days; null after that. */
function refundRetryAt(refund: Refund, context: Context): number | null {
  const { policy, now } = context;
  const at = now + (refund.attemptNo === 1 ? policy.refundRetryFirstMs : policy.refundRetryDailyMs);
  return at - refund.firstRequestedAt > policy.refundRetryUntilMs ? null : at;
}

/** A refund failed for good under its key. It stays in the document until a later attempt or an operator closes it. */
export function failRefund(draft: Draft, refund: Refund, reason: string, context: Context): Draft {
  const retryAt = refundRetryAt(refund, context);
  const send = { ...refund.send, nextCheckAt: null, nextCheckRealAt: null };
  const failed: Refund = { ...refund, state: 'failed', send, retryAt };
  const known = record(draft, { type: 'refund.failed', refund: failed, closed: false, reason, retryAt });
  // Refunds are paid out of the money of the day, which only a person can pay in.
  const recorded =
    reason === context.policy.emptyShopReason ? alarmLate(known, failed, 'no_money_in_the_shop', context) : known;
  if (retryAt !== null) return recorded;
  return alarm(recorded, { rule: 'refund_exhausted', subjectId: refund.id, detail: reason, expected: refund.amount });
}

/** Others gave the money back, the bank or staff: the refund is asked for no more. */
export const endRefund = (draft: Draft, failed: Refund): Draft =>
  record(draft, {
    ...{ type: 'refund.failed', refund: { ...failed, retryAt: null }, closed: true },
    ...{ reason: 'refunded_externally', retryAt: null },
  });

/**
 * Counts a retry in its capture. One that asks for another amount takes the last of the payment that can go back, beside what other
 * refunds gave back before a restore: that counts when they are opened again.
 */
function recount(
  draft: Draft,
  { paymentId, amount: before }: Refund,
  amountMinor: number,
  recalledMinor: number,
): Draft {
  const capture = draft.state.captures.find((candidate) => candidate.paymentId === paymentId);
  if (capture === undefined || amountMinor === before.amountMinor) return draft;
  const requestedMinor = requestedMinorOf(draft.state, capture) - before.amountMinor + amountMinor;
  const refundsMade = refundsMadeOf(draft.state, capture);
  const refundedMinor = Math.max(0, capture.capturedMinor - recalledMinor);
  return record(draft, { type: 'capture.refunded', paymentId, refundedMinor, refundsMade, requestedMinor });
}

/** The attempt after the failed one: since a restore it has a key that was certainly never sent. */
function nextAttempt(draft: Draft, failed: Refund, context: Context): Refund {
  const next = { ...failed, attemptNo: failed.attemptNo + 1 };
  const isBefore = context.epoch !== null && isOfBackup(context.epoch, failed.createdRealAt);
  const mayBeSent = isBefore && recalledRefund(draft.state, next, context) === null;
  return mayBeSent ? { ...next, attemptNo: next.attemptNo + attemptsMax } : next;
}

/** Whether it failed before a restore: it may have asked for another amount than is wanted now. */
const isFailureSince = ({ send }: Refund, { status, createdAt }: ProviderRefund, { epoch }: Context): boolean =>
  status === 'canceled' && epoch !== null && isSinceBackup(epoch, createdAt) && send.distrusted === null;

/**
 * All attempts of a first refund have one name. Since a restore the object may be that of a later attempt, for what other refunds had
 * left of the payment then: that is what the refund asks for.
 */
function asAttempted(
  draft: Draft,
  operation: RefundOperation,
  { amount, createdAt, status }: ProviderRefund,
  context: Context,
): { readonly draft: Draft; readonly operation: RefundOperation } {
  const { entry } = operation;
  const { epoch } = context;
  const isLater = epoch !== null && isOfBackup(epoch, entry.createdRealAt) && isSinceBackup(epoch, createdAt);
  const isLess = amount.currency === entry.amount.currency && amount.amountMinor < entry.amount.amountMinor;
  if (status === 'canceled' || !isLater || !isLess || refundNameOf(entry) !== null) return { draft, operation };
  const refund = { ...entry, amount };
  const recalledMinor = recalledBackMinor(draft.state, entry.paymentId, context);
  const recounted = recount(draft, entry, amount.amountMinor, recalledMinor);
  // Readers hear what it asks for, as when an attempt for less is opened.
  return {
    draft: record(recounted, { type: 'refund.requested', refund, closed: false }),
    operation: { ...operation, entry: refund },
  };
}

/** The next attempt of a failed refund, with a new key, for what other refunds of the payment have left. */
export function retryRefund(draft: Draft, failed: Refund, context: Context): Draft {
  const { providerRefundId: last, earlierRefundIds: before } = failed;
  const next = nextAttempt(draft, failed, context);
  const recalled = recalledRefund(draft.state, next, context);
  const recalledMinor = recalledBackMinor(draft.state, failed.paymentId, context);
  const amountMinor =
    recalled?.terms.amount?.amountMinor ?? retryMinor(draft.state, failed, recalledMinor, context.policy);
  const amount = { ...failed.amount, amountMinor };
  const counted = recount(draft, failed, amountMinor, recalledMinor);
  if (amountMinor === 0) return endRefund(takeRecalled(counted, recalled?.taken ?? []), failed);
  const earlierRefundIds = last === null ? before : [...before, last];
  const closed = record(counted, { type: 'refund.tracked', refund: { ...failed, retryAt: null }, closed: true });
  return openRefund(closed, { ...next, amount, earlierRefundIds }, context);
}

/** Applies the provider's refund to ours. */
export function applyRefund(before: Draft, asked: RefundOperation, object: ProviderRefund, context: Context): Draft {
  const { draft, operation } = asAttempted(before, asked, object, context);
  const { entry } = operation;
  const { amount } = isFailureSince(entry, object, context) ? object : entry;
  const detail = mismatchOf(draft.state, { ...entry, amount, refundName: refundNameOf(entry) }, object, context);
  if (detail !== null) return markMismatch(draft, operation, { object, detail }, context);
  const known = withProviderId(operation, object.id);
  switch (object.status) {
    case 'pending':
      return trackWaiting(
        draft,
        { ...known, entry: { ...known.entry, state: 'pending' } },
        planPolls(known.entry, context),
        context,
      );
    case 'succeeded': {
      const refund: Refund = { ...known.entry, state: 'succeeded' };
      const succeeded = record(draft, { type: 'refund.succeeded', refund, closed: true });
      return followReceipt(succeeded, { kind: 'refund', entry: refund }, object, context);
    }
    case 'canceled':
      return failRefund(draft, known.entry, object.cancellation?.reason ?? 'general_decline', context);
  }
}
