import { accepted, type Decision, draftOf, ignored } from '../decision/draft.ts';
import type { Context } from '../model/context.ts';
import type { Instant } from '../model/instant.ts';
import type { Refund } from '../model/payment.ts';
import type { Policy } from '../model/policy.ts';
import type { Subscriber } from '../model/subscriber.ts';
import { alarmLate } from '../payment/alarm-late.ts';
import type { TimerDefinition } from './definition.ts';

type RefundAlarmDue = { readonly type: 'refund.alarm_due'; readonly subjectId: string; readonly dueAt: Instant };

/** Counted from the first request: a further attempt begins no new wait for the subscriber. */
const alarmAt = ({ firstRequestedAt }: Refund, policy: Policy): Instant => firstRequestedAt + policy.refundAlarmMs;

function decideRefundAlarm(state: Subscriber, { subjectId }: RefundAlarmDue, context: Context): Decision {
  const refund = state.refunds.find(({ id }) => id === subjectId);
  if (refund === undefined) return ignored('the refund is closed, or asked again under another id');
  if (refund.alarmedAt !== undefined) return ignored('operators were alerted before');
  if (context.now < alarmAt(refund, context.policy)) return ignored('not due yet');
  return accepted(alarmLate(draftOf(state), refund, 'open_for_too_long', context));
}

/** `refund.alarm_due`: operators are alerted of a refund that has not arrived in time, once. */
export const refundAlarmDue: TimerDefinition<RefundAlarmDue> = {
  id: ({ subjectId, dueAt }) => `refund-alarm-due:${subjectId}:${dueAt}`,
  dues: ({ refunds }, policy) => ({
    business: refunds
      .filter(({ alarmedAt }) => alarmedAt === undefined)
      .map((refund) => {
        const at = alarmAt(refund, policy);
        return { at, timer: { type: 'refund.alarm_due', subjectId: refund.id, dueAt: at } };
      }),
    real: [],
  }),
  yieldsToCommands: false,
  decide: decideRefundAlarm,
};
