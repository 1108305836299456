import fc from 'fast-check';
import type { Timer, TimerOf, TimerType } from '../../src/domain/timers/index.ts';
import { count, id, instant } from './arbitrary-values.ts';

const timers: { readonly [Type in TimerType]: fc.Arbitrary<TimerOf<Type>> } = {
  'subscription.hold_alarm_due': fc.record({
    type: fc.constant('subscription.hold_alarm_due' as const),
    subscriptionId: id,
    dueAt: instant,
  }),
  'refund.alarm_due': fc.record({ type: fc.constant('refund.alarm_due' as const), subjectId: id, dueAt: instant }),
  'receipt.check_due': fc.record({ type: fc.constant('receipt.check_due' as const), subjectId: id, dueAt: instant }),
  'subscription.renewal_due': fc.record({
    type: fc.constant('subscription.renewal_due' as const),
    subscriptionId: id,
    periodIndex: count,
    attemptNo: count,
  }),
  'subscription.expiry_due': fc.record({
    type: fc.constant('subscription.expiry_due' as const),
    subscriptionId: id,
    dueAt: instant,
  }),
  'subscription.notice_due': fc.record({
    type: fc.constant('subscription.notice_due' as const),
    subscriptionId: id,
    dueAt: instant,
  }),
  'payment.status_check_due': fc.record({
    type: fc.constant('payment.status_check_due' as const),
    subject: fc.constantFrom('payment' as const, 'refund' as const, 'binding' as const),
    subjectId: id,
    dueAt: instant,
  }),
};

export const timer: fc.Arbitrary<Timer> = fc.oneof(...Object.values(timers));
