import { markMismatch, mismatchOf } from './check-object.ts';
import type { Context } from '../model/context.ts';
import { alarm, type Draft, record } from '../decision/draft.ts';
import { withProviderId, type RefundOperation, track } from './operation.ts';
import type { Refund } from '../model/payment.ts';
import { planPolls } from './polls.ts';
import type { ProviderRefund } from '../model/provider.ts';
import { refundNameOf } from '../model/refund-name.ts';
import { openRefund } from './request-refund.ts';

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
  const recorded = record(draft, { type: 'refund.failed', refund: failed, closed: false, reason, retryAt });
  if (retryAt !== null) return recorded;
  return alarm(recorded, { rule: 'refund_exhausted', subjectId: refund.id, detail: reason, expected: refund.amount });
}

/** The next attempt of a failed refund, with a new key. */
export function retryRefund(draft: Draft, failed: Refund, context: Context): Draft {
  const { providerRefundId: last, earlierRefundIds: before } = failed;
  const earlierRefundIds = last === null ? before : [...before, last];
  const closed = record(draft, { type: 'refund.tracked', refund: { ...failed, retryAt: null }, closed: true });
  return openRefund(closed, { ...failed, earlierRefundIds, attemptNo: failed.attemptNo + 1 }, context);
}

/** Applies the provider's refund to ours. */
export function applyRefund(draft: Draft, operation: RefundOperation, object: ProviderRefund, context: Context): Draft {
  const detail = mismatchOf(
    draft.state,
    { ...operation.entry, refundName: refundNameOf(operation.entry) },
    object,
    context,
  );
  if (detail !== null) return markMismatch(draft, operation, { object, detail }, context);
  const known = withProviderId(operation, object.id);
  switch (object.status) {
    case 'pending':
      return track(draft, known, { state: 'pending', send: planPolls(known.entry, context) });
    case 'succeeded':
      return record(draft, { type: 'refund.succeeded', refund: { ...known.entry, state: 'succeeded' }, closed: true });
    case 'canceled':
      return failRefund(draft, known.entry, object.cancellation?.reason ?? 'general_decline', context);
  }
}
