import type { DifferenceKind } from '../../domain/model/difference.ts';
import type { Instant } from '../../domain/model/instant.ts';

/** What a walk has read and found so far. */
export type WalkSummary = {
  readonly pages: number;
  readonly payments: number;
  readonly refunds: number;
  /** Objects that our adapter could not read. */
  readonly unreadable: number;
  readonly differences: Readonly<Partial<Record<DifferenceKind, number>>>;
};

/** A slice that differed when it was last compared, or may have. It is compared again until it agrees. */
export type OpenSlice = {
  readonly from: Instant;
  readonly to: Instant;
  /** Or when that was tried last, where its list could not be read. */
  readonly comparedAt: Instant;
  readonly differences: WalkSummary['differences'];
  /** Since when its list, or an object that no list has, could not be read, or an object not be compared; absent where all was. */
  readonly unreadSince?: Instant;
};

/** The progress of the comparison of one window, `[from, to)` in real time. All before `at` is compared. */
export type Walk = {
  readonly name: string;
  readonly from: Instant;
  readonly to: Instant;
  readonly at: Instant;
  readonly startedAt: Instant;
  /** When it came to `at`; null where an older version has written it. */
  readonly movedAt: Instant | null;
  /** How long the next slice is. */
  readonly sliceMs: number;
  readonly summary: WalkSummary;
  /** What differs now, those of the last walk included where this one has not come to them; the oldest first. */
  readonly open: readonly OpenSlice[];
  /** Objects without a document of ours, or that cannot be compared, that operators were alerted to, the newest last. */
  readonly alerted: readonly string[];
};

/** Where each walk has come to, so that a run goes on where the last one ended. */
export type ReconciliationWalks = {
  readonly load: (name: string) => Promise<Walk | null>;
  readonly save: (walk: Walk) => Promise<void>;
};
