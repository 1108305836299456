import type { Instant } from '../model/instant.ts';
import type { Notice } from '../model/notice.ts';
import type { Policy } from '../model/policy.ts';
import type { LiveSubscription } from '../model/subscription.ts';
import { whenChargingIsAllowed } from './charging-hours.ts';
import { renews } from './renews.ts';

/** When the default method would be charged next, also where it is still to be bound; null when no charge would be planned. */
export function chargeOnceBoundAt(subscription: LiveSubscription): Instant | null {
  if (!renews(subscription)) return null;
  switch (subscription.status) {
    case 'active':
      return subscription.term.periodEnd;
    case 'past_due':
      return subscription.dunning.nextAttemptAt;
  }
}

/** When the next charge of the due period is planned, whatever its notice, if no hold stopped it; null when none is planned. */
export const plannedChargeAt = (subscription: LiveSubscription): Instant | null =>
  subscription.methodId === null ? null : chargeOnceBoundAt(subscription);

/** The newest notice of a charge of the present price at that instant. */
function noticeAbout({ notices = [], tariff }: LiveSubscription, moment: Instant): Notice | null {
  const { amountMinor } = tariff.price;
  return notices.findLast((notice) => notice.moment === moment && notice.amountMinor === amountMinor) ?? null;
}

/** The notice that the next charge names: its own or, while access lasts after a decline, that of the renewal. */
export const noticeOfCharge = (subscription: LiveSubscription): Notice | null =>
  noticeAbout(subscription, plannedChargeAt(subscription) ?? NaN) ??
  noticeAbout(subscription, subscription.term.periodEnd);

/** When the next charge may be made: as planned, and later where its notice was late, or at night; null when none is, or while held. */
export function nextChargeAt(subscription: LiveSubscription, policy: Policy): Instant | null {
  const planned = subscription.held === null ? plannedChargeAt(subscription) : null;
  if (planned === null) return null;
  const notice = noticeAbout(subscription, planned);
  const due = notice === null ? planned : Math.max(planned, notice.at + policy.noticeFloorMs);
  return whenChargingIsAllowed(due, policy);
}
