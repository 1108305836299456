import type { Instant } from '../../domain/model/instant.ts';
import type { ReadModelRow } from './outbox.ts';

/** Names a row of a read model. The audit is not among them: it only grows. */
export type RowName = { readonly model: Exclude<ReadModelRow['model'], 'audit'>; readonly id: string };

/** The versions of rows that a restored document has forgotten. */
export type NewerVersions = { readonly above: number; readonly below: number };

/** Rows of read models that are newer than a restored document: they show saves that it has forgotten. */
export type NewerRows = {
  /** Whose rows were written since then; a user may come more than once. It reads whole collections. */
  readonly usersSince: (since: Instant) => AsyncIterable<string>;
  /** Lets the row of any version replace those that are newer, of those that are named. Returns how many were. */
  readonly makeOld: (userId: string, versions: NewerVersions, names: readonly RowName[]) => Promise<number>;
  /** Removes the newer rows, and returns how many. A payment whose refund is removed counts as kept again. */
  readonly remove: (userId: string, versions: NewerVersions) => Promise<number>;
};
