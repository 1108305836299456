import type { CancelReason } from './cancel-reason.ts';
import type { Consent } from './consent.ts';
import type { DeclineClass } from './decline-table.ts';
import type { Instant } from './instant.ts';
import type { Notice } from './notice.ts';
import type { Tariff } from './tariff.ts';

/** The period `[periodStart, periodEnd)` with its number, computed from the anchor and never from the previous period. */
export type Term = {
  readonly anchor: Instant;
  readonly anchorIndex: number;
  readonly periodIndex: number;
  readonly periodStart: Instant;
  readonly periodEnd: Instant;
  /** The end of the grace after it, pinned when it begins. A term of an earlier version has none, and the full grace. */
  readonly graceUntil?: Instant;
};

/** The further attempts for the due period. */
export type Dunning = {
  readonly dueAt: Instant;
  /** Steps of the ladder used, the first charge included. */
  readonly ladderStep: number;
  /** Short retries used since the last step of the ladder. */
  readonly shortRetries: number;
  /** When each charge of the due period was made, for the caps per card and amount. */
  readonly attempts: readonly Instant[];
  readonly limitedAttempts: number;
  readonly nextAttemptAt: Instant | null;
  readonly lastReason: string;
  readonly lastClass: DeclineClass;
  /** The last attempts that the subscriber asked for. They take no step of the ladder. Absent before the first. */
  readonly asked?: readonly { readonly attemptNo: number; readonly at: Instant }[];
};

export type EndCause =
  | 'not_renewing'
  | 'user_canceled'
  | 'dunning_exhausted'
  | 'hard_declined'
  | 'method_unlinked'
  | 'replaced'
  | 'superseded'
  | 'payment_failed'
  | 'not_paid'
  | 'refunded'
  | 'charged_back'
  | 'contact_missing';

export type Hold = {
  readonly reason: string;
  readonly since: Instant;
  /** When operators were last alerted that it lasts; absent or null before the first time. */
  readonly alarmedAt?: Instant | null;
};

type Terms = {
  readonly id: string;
  readonly tariff: Tariff;
  readonly paySystem: string;
  readonly autoRenew: boolean;
  readonly createdAt: Instant;
  /** When the API accepted the order that began it, in real time; absent where an earlier version wrote it. */
  readonly orderedAt?: Instant;
  /** Why the subscriber has canceled it; null or absent where they have not, or have not said. */
  readonly cancelReason?: CancelReason | null;
};

type Live = Terms & {
  readonly term: Term;
  readonly cancelAtPeriodEnd: boolean;
  readonly held: Hold | null;
  /** The saved method that renewals charge; null when there is none. */
  readonly methodId: string | null;
  /** Why it renews no more, although it was bought to; null or absent otherwise. */
  readonly renewalStopped?: 'method_unlinked' | null;
  /** What renewals are charged under, until they stop. Null or absent where the client has shown no terms. */
  readonly consent?: Consent | null;
  /** Attempts made for the due period. The next one gets the next number, and so another key. */
  readonly attemptsMade: number;
  /** Access past its ordinary end, while a charge is unresolved or the subscription is held. */
  readonly extendedUntil: Instant | null;
  /** When access was published again after a break in it, since the last renewal; absent while there was none. */
  readonly resumedAt?: Instant;
  /** The notices given, oldest first; absent before the first. */
  readonly notices?: readonly Notice[];
  /** The term before the last renewal. A cancel that was accepted before that renewal restores it. */
  readonly previousTerm: Term | null;
};

export type IncompleteSubscription = Terms & { readonly status: 'incomplete' };
export type ActiveSubscription = Live & { readonly status: 'active' };
export type PastDueSubscription = Live & {
  readonly status: 'past_due';
  readonly dunning: Dunning;
  readonly graceUntil: Instant;
};
export type EndedSubscription = Terms & {
  readonly status: 'expired' | 'canceled' | 'incomplete_expired';
  readonly term: Term | null;
  readonly endedAt: Instant;
  readonly cause: EndCause;
};

export type LiveSubscription = ActiveSubscription | PastDueSubscription;
/** One continuous relationship, from the first purchase to its end. */
export type Subscription = IncompleteSubscription | LiveSubscription | EndedSubscription;
export type SubscriptionStatus = Subscription['status'];

/** When it began, for a copy of it. The order is unknown where an earlier version wrote it. */
export const beganAs = ({ createdAt, orderedAt }: Pick<Terms, 'createdAt' | 'orderedAt'>) =>
  orderedAt === undefined ? { createdAt } : { createdAt, orderedAt };

/** The subscription, active in the given term. Dunning, grace and extension of the old term are dropped. Notices stay: each is given once. So does the consent. */
export function activeIn(
  subscription: LiveSubscription,
  term: Pick<Live, 'term' | 'previousTerm' | 'attemptsMade'>,
): ActiveSubscription {
  const { id, tariff, paySystem, autoRenew, cancelAtPeriodEnd, held, methodId } = subscription;
  const { notices, consent, cancelReason } = subscription;
  const kept = {
    ...{ id, tariff, paySystem, autoRenew, ...beganAs(subscription), cancelAtPeriodEnd, held, methodId },
    ...(notices === undefined ? {} : { notices }),
    ...(consent === undefined ? {} : { consent }),
    ...(cancelReason === undefined ? {} : { cancelReason }),
  };
  return { ...kept, ...term, status: 'active', extendedUntil: null };
}
