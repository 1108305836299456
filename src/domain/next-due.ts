import { accessUntil } from './access.ts';
import { nextChargeAt } from './decide-renewal.ts';
import type { Instant } from './instant.ts';
import type { Payment, Refund } from './payment.ts';
import type { Policy } from './policy.ts';
import type { Subscriber } from './subscriber.ts';
import { isLive, type Subscription } from './subscription.ts';
import type { Due, NextDue } from './timer.ts';

const earliest = (dues: readonly Due[]): Due | null =>
  dues.reduce<Due | null>((best, due) => (best === null || due.at < best.at ? due : best), null);

const expiry = (subscription: Subscription, at: Instant): Due => ({
  at,
  timer: { type: 'subscription.expiry_due', subscriptionId: subscription.id, dueAt: at },
});

/** What the subscription itself waits for: its next charge, or the moment at which stored access runs out. */
function subscriptionDues(state: Subscriber, policy: Policy): readonly Due[] {
  const { subscription } = state;
  if (!isLive(subscription)) return [];
  const endsAt = accessUntil(subscription, policy);
  const chargeAt = state.payment === null ? nextChargeAt(subscription) : null;
  const renewal: readonly Due[] =
    chargeAt === null
      ? []
      : [
          {
            at: chargeAt,
            timer: {
              type: 'subscription.renewal_due',
              subscriptionId: subscription.id,
              periodIndex: subscription.term.periodIndex + 1,
              attemptNo: subscription.attemptsMade + 1,
            },
          },
        ];
  // Once access is withdrawn, only a subscription with nothing ahead still has an end to come.
  const withdrawn = state.entitlement?.active !== true;
  const waits = withdrawn && (state.payment !== null || chargeAt !== null || subscription.held !== null);
  return waits ? renewal : [...renewal, expiry(subscription, endsAt)];
}

type Looks = { readonly business: readonly Due[]; readonly real: readonly Due[] };

function looks(kind: 'payment' | 'refund', subject: Payment | Refund): Looks {
  const due = (at: Instant | null): readonly Due[] =>
    at === null
      ? []
      : [{ at, timer: { type: 'payment.status_check_due', subject: kind, subjectId: subject.id, dueAt: at } }];
  const retryAt = 'retryAt' in subject ? subject.retryAt : null;
  return {
    business: [...due(subject.send.nextCheckAt), ...due(retryAt)],
    real: due(subject.send.nextCheckRealAt),
  };
}

/**
 * The next thing that must happen to this subscriber, computed at every save by nothing but the state. Business time is
 * the subscriber's clock; real time protects sends and polls pages while a test clock stands still.
 */
export function nextDue(state: Subscriber, policy: Policy): NextDue {
  const payments = [...(state.payment === null ? [] : [state.payment]), ...state.watched];
  const all = [
    ...payments.map((payment) => looks('payment', payment)),
    ...state.refunds.map((refund) => looks('refund', refund)),
  ];
  return {
    business: earliest([...subscriptionDues(state, policy), ...all.flatMap((look) => look.business)]),
    real: earliest(all.flatMap((look) => look.real)),
  };
}
