import { chargesOut } from './charge-out.ts';
import type { Instant } from '../model/instant.ts';
import type { Policy } from '../model/policy.ts';
import type { LiveSubscription, Subscription } from '../model/subscription.ts';
import { plannedChargeAt } from './next-charge.ts';
import { sameLimits } from './same-limits.ts';
import { renews } from './renews.ts';
import { grantsAccess, isPastDue } from '../model/subscription-questions.ts';
import type { Entitlement, Subscriber } from '../model/subscriber.ts';

/** The end of the grace after the present period. The first decline of the next one sets it for good. */
export function graceAfter(subscription: LiveSubscription, policy: Policy): Instant {
  const { term } = subscription;
  switch (subscription.status) {
    case 'active':
      return term.graceUntil ?? term.periodEnd + policy.graceMs;
    case 'past_due':
      return subscription.graceUntil;
  }
}

/** The end of access before any extension. */
function endsAtOf(subscription: LiveSubscription, policy: Policy): Instant {
  switch (subscription.status) {
    case 'active':
      return renews(subscription) ? graceAfter(subscription, policy) : subscription.term.periodEnd;
    case 'past_due':
      return subscription.graceUntil;
  }
}

/** The end of access after a cancel: the end of the paid period, or of the grace where that has begun. */
export function endAfterCancel(subscription: LiveSubscription): Instant {
  switch (subscription.status) {
    case 'active':
      return subscription.term.periodEnd;
    case 'past_due':
      return subscription.graceUntil;
  }
}

/** The instant from which a reader without a newer record refuses access (docs/domain.md, "Money and periods"). */
export function accessUntil(subscription: LiveSubscription, policy: Policy): Instant {
  const base = endsAtOf(subscription, policy);
  return Math.max(base, subscription.extendedUntil ?? base);
}

const none: Entitlement = {
  active: false,
  validUntil: null,
  graceUntil: null,
  tariffAlias: null,
  features: [],
  role: 'subscriber',
};

/**
 * When a hold that lasts ends the subscription: `holdMaxMs` after it began, and never before the paid time and its grace are
 * over. Null when the subscription is not held.
 */
export function holdEndsAt(subscription: LiveSubscription, policy: Policy): Instant | null {
  const { held } = subscription;
  return held === null ? null : Math.max(held.since + policy.holdMaxMs, endsAtOf(subscription, policy));
}

/**
 * Whether access is extended: while a charge that began before its end is unresolved, also a watched one that the next charge
 * waits for, or while a billing hold that began before its end stops a charge.
 */
export function keepsAccess(
  state: Pick<Subscriber, 'payment' | 'watched'>,
  subscription: LiveSubscription,
  endsAt: Instant,
): boolean {
  const { held } = subscription;
  const isPlanned = plannedChargeAt(subscription) !== null;
  if (isPlanned && held !== null && held.since < endsAt) return true;
  if (isPlanned && chargesOut(state, subscription).some(({ createdAt }) => createdAt < endsAt)) return true;
  return state.payment?.kind === 'charge' && state.payment.createdAt < endsAt;
}

/** Access, computed from the stored subscription and the time alone. */
export function entitlementOf(subscription: Subscription | null, now: Instant, policy: Policy): Entitlement {
  if (!grantsAccess(subscription)) return none;
  const validUntil = accessUntil(subscription, policy);
  if (now >= validUntil) return none;
  const { limits } = subscription.tariff;
  return {
    active: true,
    validUntil,
    graceUntil: isPastDue(subscription) ? subscription.graceUntil : null,
    tariffAlias: subscription.tariff.alias,
    features: subscription.tariff.features,
    ...(limits === undefined ? {} : { limits }),
    role: 'subscriber',
  };
}

/** The access that the present period gives, grace and extension included. */
export const accessIn = (subscription: LiveSubscription, policy: Policy): Entitlement =>
  entitlementOf(subscription, subscription.term.periodStart, policy);

/** Whether readers of the last published access still grant it, or refuse it since a moment only. */
export const isUnbroken = (last: Entitlement | null, now: Instant, policy: Policy): boolean =>
  last?.active === true && last.validUntil !== null && now <= last.validUntil + policy.accessLapseMs;

export function sameEntitlement(a: Entitlement, b: Entitlement): boolean {
  return (
    a.active === b.active &&
    a.validUntil === b.validUntil &&
    a.graceUntil === b.graceUntil &&
    a.tariffAlias === b.tariffAlias &&
    a.features.join('\n') === b.features.join('\n') &&
    sameLimits(a.limits, b.limits)
  );
}
