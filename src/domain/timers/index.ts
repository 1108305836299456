import { expiryDue } from './decide-expiry.ts';
import { holdAlarmDue } from './hold-alarm-due.ts';
import { renewalDue } from './decide-renewal.ts';
import type { TimerAt, TimerDefinition } from './definition.ts';
import { noticeDue } from './notice-due.ts';
import { receiptCheckDue } from './receipt-check-due.ts';
import { refundAlarmDue } from './refund-alarm-due.ts';
import { statusCheckDue } from './status-check-due.ts';

/** Every timer there is: its type in messages → its definition. The first wins where two are due at the same instant. */
export const timers = {
  'subscription.renewal_due': renewalDue,
  'subscription.expiry_due': expiryDue,
  'subscription.notice_due': noticeDue,
  'payment.status_check_due': statusCheckDue,
  'subscription.hold_alarm_due': holdAlarmDue,
  'receipt.check_due': receiptCheckDue,
  'refund.alarm_due': refundAlarmDue,
} as const;

export type TimerType = keyof typeof timers;

/** Of each definition its timer; one that stands under another type than its own is none, and does not compile. */
type TimersByType = {
  readonly [Type in TimerType]: Parameters<(typeof timers)[Type]['id']>[0] & { readonly type: Type };
};

export type TimerOf<Type extends TimerType> = TimersByType[Type];

/** Something that is due for a subscriber. Jobs announce it; the consumer decides it against the current state. */
export type Timer = TimersByType[TimerType];

export const timerTypes = Object.keys(timers) as readonly TimerType[];

export const definitionOf = (type: TimerType): TimerDefinition<Timer> => timers[type] as TimerDefinition<Timer>;

export const timerId = (timer: Timer): string => definitionOf(timer.type).id(timer);

export type Due = TimerAt<Timer>;

/** What is due next, on the subscriber's clock and in real time; null when nothing is. */
export type NextDue = { readonly business: Due | null; readonly real: Due | null };
