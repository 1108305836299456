import { holdOnMismatch, mismatchOf } from './check-object.ts';
import type { Context } from './context.ts';
import { type Draft, record } from './draft.ts';
import { dayMs } from './instant.ts';
import type { Refund } from './payment.ts';
import { planPolls } from './polls.ts';
import type { ProviderRefund } from './provider.ts';
import { refundAttempt } from './request-refund.ts';

/** When a refund the provider refused is asked again: after an hour, then daily for 30 days; then a person is called. */
function refundRetryAt(refund: Refund, context: Context): number | null {
  const { policy, now } = context;
  const at = now + (refund.attemptNo === 1 ? policy.refundRetryFirstMs : policy.refundRetryDailyMs);
  return at - refund.firstRequestedAt > policy.refundRetryUntilMs ? null : at;
}

/** A refund that failed for good under its key: its entry stays until money went back or a person closed it. */
export function failRefund(draft: Draft, refund: Refund, reason: string, context: Context): Draft {
  const retryAt = refundRetryAt(refund, context);
  const send = { ...refund.send, nextCheckAt: null, nextCheckRealAt: null };
  const failed: Refund = { ...refund, state: 'failed', send, retryAt };
  const told = record(draft, { type: 'refund.failed', refund: failed, closed: false, reason, retryAt });
  if (retryAt !== null) return told;
  return record(told, {
    type: 'invariant.violated',
    rule: 'refund_exhausted',
    subjectId: refund.id,
    detail: reason,
    expected: refund.amount,
    actual: null,
  });
}

/** The same money asked back with a new key. */
export function retryRefund(draft: Draft, failed: Refund, context: Context): Draft {
  const { providerRefundId: last, earlierRefundIds: before } = failed;
  const earlierRefundIds = last === null ? before : [...before, last];
  const again = refundAttempt({ ...failed, earlierRefundIds }, failed.attemptNo + 1, draft, context);
  return record(
    draft,
    { type: 'refund.tracked', refund: { ...failed, retryAt: null }, closed: true },
    { type: 'refund.requested', refund: again, closed: false },
  );
}

/** What the provider's refund means for ours. */
export function applyRefund(draft: Draft, refund: Refund, object: ProviderRefund, context: Context): Draft {
  const { userId, testClockId } = draft.state;
  const expected = { userId, paymentId: refund.paymentId, amount: refund.amount, testClockId };
  const detail = mismatchOf(expected, object, context);
  if (detail !== null) {
    const send = { ...refund.send, readsOnly: true, nextCheckAt: context.now + dayMs, nextCheckRealAt: null };
    const parked: Refund = { ...refund, state: 'unknown', send, providerRefundId: object.id };
    const isKnown = refund.send.readsOnly && refund.providerRefundId === object.id;
    const held = isKnown ? draft : holdOnMismatch(draft, refund, { object, detail }, context);
    return record(held, { type: 'refund.tracked', refund: parked, closed: false });
  }
  const known: Refund = { ...refund, providerRefundId: object.id };
  switch (object.status) {
    case 'pending': {
      const send = planPolls(refund.send, { at: refund.createdAt, realAt: refund.createdRealAt }, context);
      return record(draft, { type: 'refund.tracked', refund: { ...known, state: 'pending', send }, closed: false });
    }
    case 'succeeded':
      return record(draft, { type: 'refund.succeeded', refund: { ...known, state: 'succeeded' }, closed: true });
    case 'canceled':
      return failRefund(draft, known, object.cancellation?.reason ?? 'general_decline', context);
  }
}
