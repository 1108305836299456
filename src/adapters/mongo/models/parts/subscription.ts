import type { Notice } from '../../../../domain/model/notice.ts';
import type { Dunning, Hold, Subscription, Term } from '../../../../domain/model/subscription.ts';
import { createPart, type Fields, optional, required, text } from '../schema.ts';
import { consent } from './consent.ts';
import { tariff } from './tariff.ts';

/** A paid stretch from `periodStart` to before `periodEnd`. Instants are epoch milliseconds on the subscriber's clock. */
const term = createPart<Term>({
  /** Where the counting of periods began. */
  anchor: required(Number),
  /** The number of the period that began at the anchor. */
  anchorIndex: required(Number),
  /** The number of this period. */
  periodIndex: required(Number),
  /** The first instant of the period. */
  periodStart: required(Number),
  /** The first instant after the period. */
  periodEnd: required(Number),
  /** The end of the grace after it; absent in terms of an earlier version. */
  graceUntil: optional(Number),
});

/** An attempt that the subscriber asked for. */
const asked = createPart<NonNullable<Dunning['asked']>[number]>({
  /** Its number among the attempts of the due period. */
  attemptNo: required(Number),
  /** Epoch milliseconds on the subscriber's clock. */
  at: required(Number),
});

/** The plan of further charges for the due period. Instants are epoch milliseconds on the subscriber's clock. */
const dunning = createPart<Dunning>({
  /** When the period fell due. */
  dueAt: required(Number),
  /** Steps of the ladder used, the first charge included. */
  ladderStep: required(Number),
  /** Short repeats since the last step. */
  shortRetries: required(Number),
  /** Every charge of the due period. */
  attempts: required([Number] as const),
  /** Charges that were declined for a limit. */
  limitedAttempts: required(Number),
  /** The next charge; null when none is planned. */
  nextAttemptAt: optional(Number),
  /** The provider's reason of the last decline. */
  lastReason: text,
  /** The class of that reason in the table of declines. */
  lastClass: required(String),
  /** The last attempts that the subscriber asked for; absent before the first. */
  asked: optional([asked] as const),
});

const hold = createPart<Hold>({
  /** Why billing stopped. */
  reason: text,
  /** Epoch milliseconds since which it has. */
  since: required(Number),
  /** Epoch milliseconds of the last alarm about it. */
  alarmedAt: optional(Number),
});

/** A notice that was published. */
const notice = createPart<Notice>({
  /** Its id, which a charge names. */
  id: required(String),
  /** What it announced, as the domain names it. */
  kind: required(String),
  /** Epoch milliseconds of the planned charge or end. */
  moment: required(Number),
  /** What was to be charged; null in a notice of an end. */
  amountMinor: optional(Number),
  /** Epoch milliseconds at which it was given. */
  at: required(Number),
});

type Alike<Row> = Row extends unknown ? Omit<Row, 'id' | 'createdAt' | 'graceUntil' | 'endedAt' | 'notices'> : never;

/** The fields that the subscriber's document and the read model share. */
export const subscriptionFields: Fields<Alike<Subscription>> = {
  /** The status, as the domain names it; it decides which of the other fields there are. */
  status: required(String),
  /** What is sold, pinned at the purchase. */
  tariff: required(tariff),
  /** The alias of the pay system. */
  paySystem: required(String),
  /** Whether it was bought to renew by itself. */
  autoRenew: required(Boolean),
  /** Epoch milliseconds at which the API accepted the order that began it, in real time. */
  orderedAt: optional(Number),
  /** Why the subscriber has canceled it, of a list. */
  cancelReason: optional(String),
  /** The current period, or the last one of what has ended. */
  term: optional(term),
  /** Whether it ends with the current period. */
  cancelAtPeriodEnd: optional(Boolean),
  /** Why and since when billing is stopped; null while it is not. */
  held: optional(hold),
  /** The provider's id of the method that renewals charge. */
  methodId: optional(String),
  /** Why it renews no more, although it was bought to. */
  renewalStopped: optional(String),
  /** What renewals are charged under. */
  consent: optional(consent),
  /** Attempts made for the due period. */
  attemptsMade: optional(Number),
  /** Epoch milliseconds up to which access is extended beyond its ordinary bound. */
  extendedUntil: optional(Number),
  /** Epoch milliseconds at which access was published again after a break, since the last renewal. */
  resumedAt: optional(Number),
  /** The period before the last renewal. */
  previousTerm: optional(term),
  /** The plan of further charges while a period is due. */
  dunning: optional(dunning),
  /** Why it ended, as the domain names it. */
  cause: optional(String),
};

export const subscription = createPart<Subscription>({
  /** The subscription's id, a UUID of ours. */
  id: required(String),
  ...subscriptionFields,
  /** Epoch milliseconds, on the subscriber's clock. */
  createdAt: required(Number),
  /** Epoch milliseconds up to which an unpaid period keeps its access. */
  graceUntil: optional(Number),
  /** The notices given; absent before the first. */
  notices: optional([notice] as const),
  /** Epoch milliseconds at which it ended. */
  endedAt: optional(Number),
});
