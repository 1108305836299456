import { Schema } from 'mongoose';
import type { DeclaredRestore } from '../../../application/ports/epochs.ts';
import { createCollection, optional, required } from './schema.ts';

export type EpochRow = DeclaredRestore & { readonly _id: 'current' };

/** One row: the last restore of a backup that was declared. Instants are epoch milliseconds. */
export const epochs = createCollection<EpochRow>('epochs', {
  /** Always `current`. */
  _id: required(String),
  /** When the backup was begun. */
  restoredAt: required(Number),
  /** When the restore was declared. */
  upAt: required(Number),
  /** When the last process of the service had ended. */
  stoppedAt: required(Number),
  /** The provider's list of refunds is read up to here. */
  refundsRecalledTo: required(Number),
  /** Its list of payments is read up to here, after that of refunds. */
  recalledTo: required(Number),
  /** Where the numbers of the restores before this one begin. */
  earlier: optional([Number]),
  /** Whether the read models were taken back to the documents. */
  isReadModelBack: optional(Boolean),
  /** What could not be recalled: of whom, and which object. */
  unrecalled: optional([Schema.Types.Mixed] as const),
  /** When the services could start again; null until then. */
  completedAt: optional(Number),
});
