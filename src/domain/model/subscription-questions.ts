import type { EndedSubscription, Subscription, SubscriptionStatus } from './subscription.ts';

/** The subscriptions whose status has the answer yes. */
type Answering<Table> = Extract<
  Subscription,
  { readonly status: { [Status in keyof Table]: Table[Status] extends true ? Status : never }[keyof Table] }
>;

/** A question about the status. A new status compiles only when every question has its answer. A yes narrows the type. */
const ask =
  <const Table extends Readonly<Record<SubscriptionStatus, boolean>>>(table: Table) =>
  (subscription: Subscription | null): subscription is Answering<Table> =>
    subscription !== null && table[subscription.status];

/** An ended subscription answers no to every question. */
const ended = { expired: false, canceled: false, incomplete_expired: false } as const satisfies Record<
  EndedSubscription['status'],
  false
>;

/** The subscriber may watch until access ends. */
export const grantsAccess = ask({ ...ended, incomplete: false, active: true, past_due: true });

/** The saved method may be charged for the next period when it is due. */
export const mayCharge = ask({ ...ended, incomplete: false, active: true, past_due: true });

/** Notices before its charges and its end are published. */
export const takesNotices = ask({ ...ended, incomplete: false, active: true, past_due: true });

/** It expires when access has ended and no payment or charge can bring another period. */
export const mayExpire = ask({ ...ended, incomplete: false, active: true, past_due: true });

/** A billing hold can be put on it. */
export const mayBeHeld = ask({ ...ended, incomplete: false, active: true, past_due: true });

/** The subscriber can cancel it. */
export const mayCancel = ask({ ...ended, incomplete: false, active: true, past_due: true });

/** It begins when its purchase page is paid, and ends unpaid when the page is closed. */
export const awaitsPurchase = ask({ ...ended, incomplete: true, active: false, past_due: false });

/** A payment for its next period renews it, and a failed one makes it past due. */
export const takesPeriods = ask({ ...ended, incomplete: false, active: true, past_due: true });

/** A new subscription replaces it when that one is paid. */
export const isReplaceable = ask({ ...ended, incomplete: false, active: true, past_due: true });

/** The charge of its due period was declined, and the period can still be paid. */
export const isPastDue = ask({ ...ended, incomplete: false, active: false, past_due: true });

/** It holds the payment method that renewals charge. */
export const keepsMethod = ask({ ...ended, incomplete: false, active: true, past_due: true });

/** The API shows it as the current subscription. */
export const isShown = ask({ ...ended, incomplete: false, active: true, past_due: true });

/** Without access it is not shown: it is over, and only its expiry is not decided yet. */
export const isHiddenWithoutAccess = ask({ ...ended, incomplete: false, active: true, past_due: false });
