import { accessUntil } from '../subscription/access.ts';
import { goesOn, nextChargeAt } from './decide-renewal.ts';
import type { Instant } from '../model/instant.ts';
import { type Operation, operationsOf } from '../payment/operation.ts';
import type { Policy } from '../model/policy.ts';
import type { Subscriber } from '../model/subscriber.ts';
import type { LiveSubscription } from '../model/subscription.ts';
import { mayCharge, mayExpire } from '../model/subscription-questions.ts';
import type { Due, NextDue, Timer } from '../model/timer.ts';

const due = (at: Instant | null, timer: (at: Instant) => Timer): readonly Due[] =>
  at === null ? [] : [{ at, timer: timer(at) }];

const earliest = (dues: readonly Due[]): Due | null =>
  dues.reduce<Due | null>((best, next) => (best === null || next.at < best.at ? next : best), null);

const renewalDue = ({ payment }: Subscriber, subscription: LiveSubscription): readonly Due[] =>
  due(payment === null ? nextChargeAt(subscription) : null, () => ({
    type: 'subscription.renewal_due',
    subscriptionId: subscription.id,
    periodIndex: subscription.term.periodIndex + 1,
    attemptNo: subscription.attemptsMade + 1,
  }));

/** What the subscription itself waits for: its next charge, or the moment at which stored access runs out. */
function subscriptionDues(state: Subscriber, policy: Policy): readonly Due[] {
  const { subscription } = state;
  const renewal = mayCharge(subscription) ? renewalDue(state, subscription) : [];
  if (!mayExpire(subscription)) return renewal;
  // Once access is withdrawn, only a subscription with nothing ahead still has an end to come.
  if (state.entitlement?.active !== true && goesOn(state, subscription)) return renewal;
  const expiry = due(accessUntil(subscription, policy), (dueAt) => ({
    type: 'subscription.expiry_due',
    subscriptionId: subscription.id,
    dueAt,
  }));
  return [...renewal, ...expiry];
}

const checkDue = ({ kind, entry }: Operation, at: Instant | null): readonly Due[] =>
  due(at, (dueAt) => ({ type: 'payment.status_check_due', subject: kind, subjectId: entry.id, dueAt }));

/**
 * The next thing that must happen to this subscriber, computed at every save by nothing but the state. Business time is
 * the subscriber's clock; real time protects sends and polls pages while a test clock stands still.
 */
export function nextDue(state: Subscriber, policy: Policy): NextDue {
  const operations = operationsOf(state);
  const business = operations.flatMap((operation) => [
    ...checkDue(operation, operation.entry.send.nextCheckAt),
    ...(operation.kind === 'refund' ? checkDue(operation, operation.entry.retryAt) : []),
  ]);
  return {
    business: earliest([...subscriptionDues(state, policy), ...business]),
    real: earliest(operations.flatMap((operation) => checkDue(operation, operation.entry.send.nextCheckRealAt))),
  };
}
