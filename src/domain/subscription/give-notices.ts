import type { Context } from '../model/context.ts';
import { type Draft, record } from '../decision/draft.ts';
import type { Policy } from '../model/policy.ts';
import type { Subscriber } from '../model/subscriber.ts';
import type { LiveSubscription } from '../model/subscription.ts';
import { takesNotices } from '../model/subscription-questions.ts';
import { nextChargeAt } from './next-charge.ts';
import {
  isGiven,
  missingForCharge,
  missingForContact,
  missingNotices,
  type WantedNotice,
  withNotice,
} from './notices.ts';

/** Publishes the notice and remembers it. One of an end that has come is true no more: it is published as skipped. */
function giveNotice(draft: Draft, before: LiveSubscription, wanted: WantedNotice, context: Context): Draft {
  const { kind, moment } = wanted;
  const given = withNotice(before, wanted, context);
  const { subscription } = given;
  switch (kind) {
    case 'renewal_upcoming':
    case 'retry_upcoming': {
      const method = draft.state.methods.find(({ id }) => id === subscription.methodId);
      const chargeAt = nextChargeAt(subscription, context.policy) ?? moment;
      const charge = { chargeAt, amount: subscription.tariff.price, methodTitle: method?.title ?? null };
      return record(draft, { type: `notice.${kind}`, ...given, ...charge });
    }
    case 'contact_missing':
      return record(draft, {
        ...{ type: `notice.${kind}`, ...given, chargeAt: moment, amount: subscription.tariff.price },
      });
    case 'grace_ending':
    case 'ending':
      return context.now < moment
        ? record(draft, { type: `notice.${kind}`, ...given, endsAt: moment })
        : record(draft, { type: 'notice.skipped', subscription, kind, moment, why: 'too_late' });
  }
}

/** The notices that are still ahead, as things stand. An open payment decides first whether there will be a charge. */
export function noticesAhead(state: Subscriber, policy: Policy): readonly WantedNotice[] {
  const { payment, subscription } = state;
  if (!takesNotices(subscription) || payment?.kind === 'charge') return [];
  const missing = [...missingNotices(subscription, policy), ...missingForContact(state, subscription, policy)];
  return payment === null ? missing : missing.filter(({ amountMinor }) => amountMinor === null);
}

/** The notices to give now, and that of a charge which is so late that access has ended meanwhile. */
function dueNow(state: Subscriber, { now, policy }: Context): readonly WantedNotice[] {
  const due = noticesAhead(state, policy).filter(({ dueAt }) => dueAt <= now);
  if (state.payment !== null || !takesNotices(state.subscription)) return due;
  const late = missingForCharge(state.subscription, now, policy);
  return late !== null && late.moment <= now ? [...due, late] : due;
}

export const hasNoticesDue = (state: Subscriber, context: Context): boolean => dueNow(state, context).length > 0;

/**
 * Gives what is due at the end of any decision. So a command that plans a charge at short notice, or a decline that plans a
 * retry, is saved together with the notice.
 */
export function withNotices(decided: Draft, context: Context): Draft {
  return dueNow(decided.state, context).reduce((draft, wanted) => {
    const { subscription } = draft.state;
    // A late notice counts for the others that were due before the same end.
    const isMissing = takesNotices(subscription) && !isGiven(subscription, wanted);
    return isMissing ? giveNotice(draft, subscription, wanted, context) : draft;
  }, decided);
}
