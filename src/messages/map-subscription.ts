import type { DunningEvent, SubscriptionEvent } from '../domain/events.ts';
import { toIso, toIsoOrNull } from '../domain/instant.ts';
import type { FactMappers } from './fact-mappers.ts';
import { blotOrNull, cut } from './plain-text.ts';
import { subscriptionSnapshot } from './snapshot-subscription.ts';

export const subscriptionMappers: FactMappers<SubscriptionEvent['type'] | DunningEvent['type']> = {
  'subscription.created': (event, userId) => ({ userId, subscription: subscriptionSnapshot(event.subscription) }),
  'subscription.activated': (event, userId) => ({
    userId,
    subscription: subscriptionSnapshot(event.subscription),
    paymentId: event.paymentId,
  }),
  'subscription.activation_expired': (event, userId) => ({
    userId,
    subscription: subscriptionSnapshot(event.subscription),
    cause: event.cause,
  }),
  'subscription.renewed': (event, userId) => ({
    userId,
    subscription: subscriptionSnapshot(event.subscription),
    paymentId: event.paymentId,
    attemptNo: event.attemptNo,
    recovered: event.recovered,
    previousPeriodEnd: toIso(event.previousPeriodEnd),
  }),
  'subscription.past_due': (event, userId) => ({
    userId,
    subscription: subscriptionSnapshot(event.subscription),
    paymentId: event.paymentId,
    reason: cut(event.reason, 100),
    class: event.class,
    nextAttemptAt: toIsoOrNull(event.nextAttemptAt),
    graceUntil: toIso(event.graceUntil),
  }),
  'subscription.cancel_scheduled': (event, userId) => ({
    userId,
    subscription: subscriptionSnapshot(event.subscription),
    reason: blotOrNull(event.reason, 500),
    effectiveAt: toIso(event.effectiveAt),
  }),
  'subscription.canceled': (event, userId) => ({
    userId,
    subscription: subscriptionSnapshot(event.subscription),
    voluntary: event.voluntary,
    reason: blotOrNull(event.reason, 500),
  }),
  'subscription.expired': (event, userId) => ({
    userId,
    subscription: subscriptionSnapshot(event.subscription),
    cause: event.cause,
  }),
  'dunning.retry_scheduled': (event, userId) => ({
    userId,
    subscription: subscriptionSnapshot(event.subscription),
    nextAttemptAt: toIso(event.nextAttemptAt),
    ladderStep: event.ladderStep,
  }),
  'dunning.exhausted': (event, userId) => ({
    userId,
    subscription: subscriptionSnapshot(event.subscription),
    reason: cut(event.reason, 100),
  }),
};
