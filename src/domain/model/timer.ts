import type { Instant } from './instant.ts';

type TimerFields = {
  readonly 'subscription.renewal_due': {
    readonly subscriptionId: string;
    readonly periodIndex: number;
    readonly attemptNo: number;
  };
  readonly 'subscription.expiry_due': { readonly subscriptionId: string; readonly dueAt: Instant };
  readonly 'payment.status_check_due': {
    readonly subject: 'payment' | 'refund';
    readonly subjectId: string;
    readonly dueAt: Instant;
  };
};

export type TimerType = keyof TimerFields;
export type TimerOf<Type extends TimerType> = { readonly type: Type } & TimerFields[Type];

/** What has fallen due for a subscriber: announced by jobs, decided by the consumer against the state it finds. */
export type Timer = { [Type in TimerType]: TimerOf<Type> }[TimerType];

/** Deterministic, so that the same thing announced twice is recognisably the same. */
const ids: { readonly [Type in TimerType]: (timer: TimerOf<Type>) => string } = {
  'subscription.renewal_due': ({ subscriptionId, periodIndex, attemptNo }) =>
    `renewal-due:${subscriptionId}:${periodIndex}:${attemptNo}`,
  'subscription.expiry_due': ({ subscriptionId, dueAt }) => `expiry-due:${subscriptionId}:${dueAt}`,
  'payment.status_check_due': ({ subjectId, dueAt }) => `status-check-due:${subjectId}:${dueAt}`,
};

/** Every type there is: the table above does not compile without one of them. */
export const timerTypes = Object.keys(ids) as readonly TimerType[];

export const timerId = <Type extends TimerType>(timer: TimerOf<Type>): string => ids[timer.type](timer);

export type Due = { readonly at: Instant; readonly timer: Timer };

/** The next thing that must happen: one candidate on the subscriber's clock, one in real time; null = nothing there. */
export type NextDue = { readonly business: Due | null; readonly real: Due | null };
