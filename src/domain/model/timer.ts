import type { Instant } from './instant.ts';

/** What has fallen due for a subscriber: announced by jobs, decided by the consumer against the state it finds. */
export type Timer =
  | {
      readonly type: 'subscription.renewal_due';
      readonly subscriptionId: string;
      readonly periodIndex: number;
      readonly attemptNo: number;
    }
  | { readonly type: 'subscription.expiry_due'; readonly subscriptionId: string; readonly dueAt: Instant }
  | {
      readonly type: 'payment.status_check_due';
      readonly subject: 'payment' | 'refund';
      readonly subjectId: string;
      readonly dueAt: Instant;
    };

export type TimerType = Timer['type'];

/** Deterministic, so that the same thing announced twice is recognisably the same. */
export function timerId(timer: Timer): string {
  switch (timer.type) {
    case 'subscription.renewal_due':
      return `renewal-due:${timer.subscriptionId}:${timer.periodIndex}:${timer.attemptNo}`;
    case 'subscription.expiry_due':
      return `expiry-due:${timer.subscriptionId}:${timer.dueAt}`;
    case 'payment.status_check_due':
      return `status-check-due:${timer.subjectId}:${timer.dueAt}`;
  }
}

export type Due = { readonly at: Instant; readonly timer: Timer };

/** The next thing that must happen: one candidate on the subscriber's clock, one in real time; null = nothing there. */
export type NextDue = { readonly business: Due | null; readonly real: Due | null };
