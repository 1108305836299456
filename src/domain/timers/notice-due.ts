import { accepted, type Decision, draftOf, ignored } from '../decision/draft.ts';
import type { Context } from '../model/context.ts';
import type { Instant } from '../model/instant.ts';
import type { Subscriber } from '../model/subscriber.ts';
import { hasNoticesDue, noticesAhead } from '../subscription/give-notices.ts';
import type { TimerDefinition } from './definition.ts';

type NoticeDue = {
  readonly type: 'subscription.notice_due';
  readonly subscriptionId: string;
  readonly dueAt: Instant;
};

/** The end of every decision gives the notices that are due, so there is nothing else to decide. */
export function decideNotices(state: Subscriber, subscriptionId: string, context: Context): Decision {
  if (state.subscription?.id !== subscriptionId) return ignored('another subscription');
  return hasNoticesDue(state, context) ? accepted(draftOf(state)) : ignored('nothing is due');
}

/** `subscription.notice_due`: a notice before a charge, or before an end, is published. */
export const noticeDue: TimerDefinition<NoticeDue> = {
  id: ({ subscriptionId, dueAt }) => `notice-due:${subscriptionId}:${dueAt}`,
  dues: (state, policy) => ({
    business: noticesAhead(state, policy).map(({ dueAt }) => ({
      at: dueAt,
      timer: { type: 'subscription.notice_due', subscriptionId: state.subscription?.id ?? '', dueAt },
    })),
    real: [],
  }),
  // A notice takes no money, and the charge that it announces yields by itself.
  yieldsToCommands: false,
  decide: (state, { subscriptionId }, context) => decideNotices(state, subscriptionId, context),
};
