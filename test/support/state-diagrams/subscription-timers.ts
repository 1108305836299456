import { accessUntil } from '../../../src/domain/subscription/access.ts';
import { decideExpiry } from '../../../src/domain/timers/decide-expiry.ts';
import { nextChargeAt } from '../../../src/domain/subscription/next-charge.ts';
import { decideRenewal } from '../../../src/domain/timers/decide-renewal.ts';
import { decideNotices } from '../../../src/domain/timers/notice-due.ts';
import { missingNotices } from '../../../src/domain/subscription/notices.ts';
import { mayExpire } from '../../../src/domain/model/subscription-questions.ts';
import { delaysMs, type Move, type Place, policy } from './move.ts';

/** The charge and the end that a live subscription waits for. */
export function subscriptionTimers({ state: { subscription }, now }: Place): readonly Move[] {
  if (!mayExpire(subscription)) return [];
  const { id: subscriptionId, term, attemptsMade } = subscription;
  const due = { type: 'subscription.renewal_due' as const, subscriptionId, attemptNo: attemptsMade + 1 };
  const renewal = { ...due, periodIndex: term.periodIndex + 1 };
  const endsAt = accessUntil(subscription, policy);
  const notices = missingNotices(subscription, policy).map(({ dueAt }) => dueAt);
  const chargeAt = nextChargeAt(subscription, policy) ?? now;
  const noticed = notices.map((dueAt): Move => ({
    cause: 'notice_due',
    now: Math.max(now, dueAt),
    decide: (state, context) => decideNotices(state, subscriptionId, context),
  }));
  const others = delaysMs.flatMap((delayMs): readonly Move[] => [
    {
      cause: 'expiry_due',
      now: Math.max(now, endsAt) + delayMs,
      decide: (state, context) => decideExpiry(state, subscriptionId, context),
    },
    {
      cause: 'renewal_due',
      now: Math.max(now, chargeAt) + delayMs,
      decide: (state, context) => decideRenewal(state, renewal, context),
    },
  ]);
  return [...noticed, ...others];
}
