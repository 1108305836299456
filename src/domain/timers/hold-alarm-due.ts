import { accepted, type Decision, draftOf, ignored, record } from '../decision/draft.ts';
import type { Context } from '../model/context.ts';
import type { Instant } from '../model/instant.ts';
import type { Policy } from '../model/policy.ts';
import type { Subscriber } from '../model/subscriber.ts';
import type { Hold } from '../model/subscription.ts';
import { mayBeHeld } from '../model/subscription-questions.ts';
import type { TimerDefinition } from './definition.ts';

type HoldAlarmDue = {
  readonly type: 'subscription.hold_alarm_due';
  readonly subscriptionId: string;
  readonly dueAt: Instant;
};

/** The next alarm: first an hour after the hold began, then daily. */
const alarmAt = ({ since, alarmedAt = null }: Hold, policy: Policy): Instant =>
  alarmedAt === null ? since + policy.holdAlarmFirstMs : alarmedAt + policy.holdAlarmDailyMs;

function decideHoldAlarm(state: Subscriber, { subscriptionId }: HoldAlarmDue, context: Context): Decision {
  const { subscription } = state;
  if (subscription?.id !== subscriptionId) return ignored('another subscription');
  if (!mayBeHeld(subscription) || subscription.held === null) return ignored('subscription is not held');
  const { held } = subscription;
  if (context.now < alarmAt(held, context.policy)) return ignored('not due yet');
  const alarmed = { ...subscription, held: { ...held, alarmedAt: context.now } };
  return accepted(record(draftOf(state), { type: 'hold.alarmed', subscription: alarmed, held }));
}

/** `subscription.hold_alarm_due`: operators are alerted of a hold that lasts. */
export const holdAlarmDue: TimerDefinition<HoldAlarmDue> = {
  id: ({ subscriptionId, dueAt }) => `hold-alarm-due:${subscriptionId}:${dueAt}`,
  dues: ({ subscription }, policy) => {
    if (!mayBeHeld(subscription) || subscription.held === null) return { business: [], real: [] };
    const at = alarmAt(subscription.held, policy);
    const timer = { type: 'subscription.hold_alarm_due', subscriptionId: subscription.id, dueAt: at } as const;
    return { business: [{ at, timer }], real: [] };
  },
  yieldsToCommands: false,
  decide: decideHoldAlarm,
};
