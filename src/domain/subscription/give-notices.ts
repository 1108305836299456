import type { Context } from '../model/context.ts';
import { type Draft, record } from '../decision/draft.ts';
import type { Policy } from '../model/policy.ts';
import type { Subscriber } from '../model/subscriber.ts';
import type { LiveSubscription } from '../model/subscription.ts';
import { takesNotices } from '../model/subscription-questions.ts';
import { nextChargeAt } from './next-charge.ts';
import { missingForCharge, missingNotices, type WantedNotice, withNotice } from './notices.ts';

/** Publishes the notice and remembers it. One of an end that has come is only remembered: it is true no more. */
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
    case 'grace_ending':
    case 'ending':
      return context.now < moment
        ? record(draft, { type: `notice.${kind}`, ...given, endsAt: moment })
        : record(draft, { type: 'subscription.tracked', subscription });
  }
}

/** The notices that are still ahead, as things stand. An open payment decides first whether there will be a charge. */
export function noticesAhead({ payment, subscription }: Subscriber, policy: Policy): readonly WantedNotice[] {
  if (!takesNotices(subscription) || payment?.kind === 'charge') return [];
  const missing = missingNotices(subscription, policy);
  return payment === null ? missing : missing.filter(({ amountMinor }) => amountMinor === null);
}

/** The first notice to give now; null when there is none. */
function firstDue({ state }: Draft, { now, policy }: Context): WantedNotice | null {
  const due = noticesAhead(state, policy).find(({ dueAt }) => dueAt <= now);
  if (due !== undefined || state.payment !== null || !takesNotices(state.subscription)) return due ?? null;
  // Planned while access was to last, and late: it has ended meanwhile.
  const late = missingForCharge(state.subscription, now, policy);
  return late !== null && late.moment <= now ? late : null;
}

/**
 * Gives what is due at the end of any decision. So a command that plans a charge at short notice, or a decline that plans a
 * retry, is saved together with the notice.
 */
export function withNotices(decided: Draft, context: Context): Draft {
  let draft = decided;
  // One at a time: a late notice counts for the others that were due before the same end.
  for (let due = firstDue(draft, context); due !== null; due = firstDue(draft, context)) {
    const { subscription } = draft.state;
    if (!takesNotices(subscription)) return draft;
    draft = giveNotice(draft, subscription, due, context);
  }
  return draft;
}
