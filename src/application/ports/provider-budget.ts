import type { Instant } from '../../domain/model/instant.ts';

/** Calls to the provider that are under way at once, and that leave in one second (`countedMs`). */
export type Share = { readonly slots: number; readonly perSecond: number };

export type Member = {
  readonly id: string;
  /** Counts the renewals of the member. One that arrives late changes nothing. */
  readonly no: number;
  readonly share: Share;
  /** What the member could use. It gets no more than its fair share of the whole while others want as much. */
  readonly want: Share;
  /** Whether the member holds a share also while it calls no one, for the first calls of a burst. */
  readonly rests: boolean;
};

/** All members whose shares are not free again, and the time of the store. */
export type BudgetState = { readonly at: Instant; readonly members: readonly Member[] };

/**
 * What all processes together may ask of the provider. The shares in the budget never come to more than the whole: each renewal is
 * one atomic step that gives at most what no other member holds. A member holds its share for `shareHeldMs` of its longest call
 * (`answerMaxMs`) by the clock of the store, so the clocks of the processes do not matter.
 */
export type ProviderBudget = {
  readonly renew: (whole: Share, asked: Member, answerMaxMs: number) => Promise<BudgetState>;
  /** All members, also those whose shares are free again. */
  readonly members: () => Promise<readonly Member[]>;
  /** The share is free after `countedMs`. Only for a member that has no call under way and begins none. */
  readonly leave: (id: string) => Promise<void>;
};

/** Two renewals may fail, or an election take its time, before calls stop. */
export const shareUsedMs = 15_000;
/** Clocks that run at different speeds, and a new primary whose clock differs. */
const clocksMs = 10_000;
/** How long a call counts after it left. Calls arrive closer together than they leave: 99 of 100 within a tenth of a second more. */
export const countedMs = 1_100;
/** So long no one else gets the share of a process that has died: a call that left at the end of the share is over by then. */
export const shareHeldMs = (answerMaxMs: number): number => shareUsedMs + answerMaxMs + clocksMs;
