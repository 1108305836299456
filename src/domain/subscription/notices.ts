import { accessUntil } from './access.ts';
import type { Context } from '../model/context.ts';
import type { Instant } from '../model/instant.ts';
import { nextChargeAt, noticeOfCharge, plannedChargeAt } from './next-charge.ts';
import type { Notice } from '../model/notice.ts';
import { plannedEnd } from './planned-end.ts';
import { isContactMissing } from './receipt-contact.ts';
import type { Policy } from '../model/policy.ts';
import type { Subscriber } from '../model/subscriber.ts';
import type { LiveSubscription } from '../model/subscription.ts';
import { isPastDue } from '../model/subscription-questions.ts';

/** A notice that the subscription calls for, from `dueAt` on. */
export type WantedNotice = Omit<Notice, 'id' | 'at'> & { readonly dueAt: Instant };

/** Whether a notice was given since this one fell due. One that is late counts for all that were due by then. */
export const isGiven = ({ notices = [] }: LiveSubscription, wanted: WantedNotice): boolean =>
  notices.some(
    ({ kind, moment, amountMinor, at }) =>
      kind === wanted.kind && moment === wanted.moment && amountMinor === wanted.amountMinor && at >= wanted.dueAt,
  );

/**
 * The notice that the planned charge needs: a renewal of a long period, and a retry that would find access ended, or that no
 * notice of its renewal precedes, as where a restore has moved the period.
 */
function beforeCharge(subscription: LiveSubscription, now: Instant, policy: Policy): readonly WantedNotice[] {
  const moment = subscription.held === null ? plannedChargeAt(subscription) : null;
  if (moment === null) return [];
  const { price, period } = subscription.tariff;
  const { amountMinor } = price;
  const isShort = period.unit === 'day' && period.count < policy.noticeFromDays;
  switch (subscription.status) {
    case 'active': {
      const dueAt = moment - policy.noticeMs;
      return isShort ? [] : [{ kind: 'renewal_upcoming', moment, amountMinor, dueAt }];
    }
    case 'past_due': {
      const hasAccess = Math.max(moment, now) < accessUntil(subscription, policy);
      const dueAt = moment - policy.noticeFloorMs;
      const isAnnounced = isShort || noticeOfCharge(subscription) !== null;
      return hasAccess && isAnnounced ? [] : [{ kind: 'retry_upcoming', moment, amountMinor, dueAt }];
    }
  }
}

/** The notice without which the charge must not be made now; null when nothing is missing. */
export const missingForCharge = (subscription: LiveSubscription, now: Instant, policy: Policy): WantedNotice | null =>
  beforeCharge(subscription, now, policy).find((wanted) => !isGiven(subscription, wanted)) ?? null;

/** The notices before the end of a grace, or of what does not renew, that fit into the time that ends. */
function beforeEnd(subscription: LiveSubscription, policy: Policy): readonly WantedNotice[] {
  if (subscription.held !== null) return [];
  const end = plannedEnd(subscription);
  if (end === null && !isPastDue(subscription)) return [];
  const { periodStart, periodEnd } = subscription.term;
  const begin = isPastDue(subscription) ? periodEnd : periodStart;
  const moment = end ?? accessUntil(subscription, policy);
  const kind = end === null ? 'grace_ending' : 'ending';
  return policy.endNoticesMs
    .map((aheadMs) => ({ kind, moment, amountMinor: null, dueAt: moment - aheadMs }) as const)
    .filter(({ dueAt }) => dueAt > begin);
}

/** The notices that a charge will wait, and that it waits, for a contact to which its receipt can be sent. */
export function missingForContact(
  state: Subscriber,
  subscription: LiveSubscription,
  policy: Policy,
): readonly WantedNotice[] {
  const isStopped = subscription.held !== null || !isContactMissing(state, policy);
  const moment = isStopped ? null : plannedChargeAt(subscription);
  if (moment === null) return [];
  return [policy.noticeMs, 0]
    .map((aheadMs) => ({ kind: 'contact_missing', moment, amountMinor: null, dueAt: moment - aheadMs }) as const)
    .filter((wanted) => !isGiven(subscription, wanted));
}

/** Every notice that is still to be given, as the subscription stands. */
export const missingNotices = (subscription: LiveSubscription, policy: Policy): readonly WantedNotice[] =>
  [...beforeCharge(subscription, -Infinity, policy), ...beforeEnd(subscription, policy)].filter(
    (wanted) => !isGiven(subscription, wanted),
  );

/** The subscription, with the notice remembered as given now. */
export function withNotice<Noticed extends LiveSubscription>(
  subscription: Noticed,
  { dueAt, ...wanted }: WantedNotice,
  { ids, now, policy }: Context,
): { readonly noticeId: string; readonly subscription: Noticed } {
  const { kind, moment, amountMinor } = wanted;
  // The first notice of one charge may fall due with the last of an earlier one: only what they speak of differs.
  const id = ids.noticeId(subscription.id, kind, { dueAt, moment }, amountMinor ?? 0);
  const notices = [...(subscription.notices ?? []), { ...wanted, id, at: now }].slice(-policy.noticesMax);
  return { noticeId: id, subscription: { ...subscription, notices } };
}

/**
 * Whether a renewal waits for its notice, or for the day after a late one. Access is extended meanwhile: a notice that we
 * gave late must not cost the subscriber access, and neither must a charge that is made some moments after it is due.
 * Dunning gives none.
 */
export function waitsForNotice(subscription: LiveSubscription, now: Instant, policy: Policy): boolean {
  if (isPastDue(subscription)) return false;
  if (missingForCharge(subscription, now, policy) !== null) return true;
  const at = nextChargeAt(subscription, policy);
  return at !== null && at > subscription.term.periodEnd && now < at + policy.extensionMs;
}
