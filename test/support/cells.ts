import type { SubscriptionStatus } from '../../src/domain/model/subscription.ts';

/** The states of the command table: `held` is a live subscription with a billing hold. */
export type CellState = SubscriptionStatus | 'none' | 'held';

/** The result of a decided command: `pending` waits for the provider, a reason is a refusal. */
export type Cells = Readonly<Record<CellState, string>>;

export const inEveryState = (outcome: string): Cells => ({
  ...{ none: outcome, incomplete: outcome, active: outcome, past_due: outcome, held: outcome },
  ...{ expired: outcome, canceled: outcome, incomplete_expired: outcome },
});
