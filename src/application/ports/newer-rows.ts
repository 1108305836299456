import type { Instant } from '../../domain/model/instant.ts';
import type { ReadModelRow } from './outbox.ts';

/** Names a row of a read model. The audit is not among them: it only grows. */
export type RowName = { readonly model: Exclude<ReadModelRow['model'], 'audit'>; readonly id: string };

/** Rows of read models that are newer than a restored document: they show saves that it has forgotten. */
export type NewerRows = {
  /** Whose rows were written since then; a user may come more than once. It reads whole collections. */
  readonly usersSince: (since: Instant) => AsyncIterable<string>;
  /**
   * Removes the user's rows of versions above `above` and below `below`, and says which. A payment whose refund is removed
   * counts as kept again.
   */
  readonly remove: (
    userId: string,
    versions: { readonly above: number; readonly below: number },
  ) => Promise<readonly RowName[]>;
};
