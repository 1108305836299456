import type { Instant } from '../../domain/model/instant.ts';

/**
 * What waits for a person: a billing hold, an unknown payment or refund, one that operators were alerted of, a late refund
 * whatever its state, or a failed receipt.
 */
export const workStates = ['held', 'unknown', 'stuck', 'refund_late', 'receipt_failed'] as const;
export type WorkState = (typeof workStates)[number];

export type WorkItem = {
  readonly userId: string;
  readonly kind: 'subscription' | 'payment' | 'refund' | 'receipt';
  readonly id: string;
  /** Since when it waits: the hold, the creation of the payment or refund, the first request of a late one, or the money whose receipt failed. */
  readonly since: Instant;
};

/** What waits for a person, by the read models: the oldest first, from after the given item on, at most `limit`. */
export type WorkList = (query: {
  readonly state: WorkState;
  readonly after: Pick<WorkItem, 'since' | 'id'> | null;
  readonly limit: number;
}) => Promise<readonly WorkItem[]>;

export const byAge = (one: WorkItem, other: WorkItem): number =>
  one.since - other.since || (one.id < other.id ? -1 : 1);
