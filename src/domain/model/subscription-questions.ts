import type { EndedSubscription, Subscription, SubscriptionStatus } from './subscription.ts';

/** The statuses whose answer is yes, as the subscriptions that have them. */
type Answering<Table> = Extract<
  Subscription,
  { readonly status: { [Status in keyof Table]: Table[Status] extends true ? Status : never }[keyof Table] }
>;

/** A question that every status answers: a new status compiles only once it has its answer here. A yes narrows the type. */
const ask =
  <const Table extends Readonly<Record<SubscriptionStatus, boolean>>>(table: Table) =>
  (subscription: Subscription | null): subscription is Answering<Table> =>
    subscription !== null && table[subscription.status];

/** What has ended answers no to every question. */
const ended = { expired: false, canceled: false, incomplete_expired: false } as const satisfies Record<
  EndedSubscription['status'],
  false
>;

/** Its subscriber may watch until its access runs out. */
export const grantsAccess = ask({ ...ended, incomplete: false, active: true, past_due: true });

/** Its method may be charged for the next period when that is due. */
export const mayCharge = ask({ ...ended, incomplete: false, active: true, past_due: true });

/** It ends by itself once its access has run out and nothing can bring another period. */
export const mayExpire = ask({ ...ended, incomplete: false, active: true, past_due: true });

/** Billing of it can be stopped until a person has looked into it. */
export const mayBeHeld = ask({ ...ended, incomplete: false, active: true, past_due: true });

/** Its subscriber can end it. */
export const mayCancel = ask({ ...ended, incomplete: false, active: true, past_due: true });

/** It begins when the page of its purchase is paid, and ends when that page is over. */
export const awaitsPurchase = ask({ ...ended, incomplete: true, active: false, past_due: false });

/** A payment for its next period counts, and so does the failure of one. */
export const takesPeriods = ask({ ...ended, incomplete: false, active: true, past_due: true });

/** It gives way to a new subscription once that is paid for. */
export const makesWay = ask({ ...ended, incomplete: false, active: true, past_due: true });

/** Its due period was declined and may still be paid. */
export const isPastDue = ask({ ...ended, incomplete: false, active: false, past_due: true });

/** It remembers the payment method that renewals charge. */
export const keepsMethod = ask({ ...ended, incomplete: false, active: true, past_due: true });

/** Its subscriber sees it as the current one. */
export const isShown = ask({ ...ended, incomplete: false, active: true, past_due: true });

/** It is not shown without access: its end has come, and only the decision about it is late. */
export const isHiddenWithoutAccess = ask({ ...ended, incomplete: false, active: true, past_due: false });
