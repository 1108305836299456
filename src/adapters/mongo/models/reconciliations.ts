import { Schema } from 'mongoose';
import type { Walk } from '../../../application/ports/reconciliation-walks.ts';
import { createCollection, optional, required } from './schema.ts';

export type WalkRow = Omit<Walk, 'name' | 'open' | 'movedAt'> & {
  readonly _id: string;
  readonly open?: Walk['open'];
  readonly movedAt?: Walk['movedAt'];
};

/** How far the comparison of each window with the provider's books has come. Instants are epoch milliseconds. */
export const reconciliations = createCollection<WalkRow>('reconciliations', {
  /** The name of the window: recent, nightly or weekly. */
  _id: required(String),
  /** The window's begin. */
  from: required(Number),
  /** Its end, not included. */
  to: required(Number),
  /** Everything before it is compared; equal to `to` when the walk is done. */
  at: required(Number),
  /** When the walk began. */
  startedAt: required(Number),
  /** When the walk came to `at`. */
  movedAt: optional(Number),
  /** How long the next slice is, in milliseconds. */
  sliceMs: required(Number),
  /** What was read and found so far. */
  summary: required(Schema.Types.Mixed),
  /** Slices that differed when they were last compared. */
  open: optional([Schema.Types.Mixed] as const),
  /** Objects without a subscriber, or that cannot be compared, that operators were alerted to, the newest last. */
  alerted: required([String] as const),
});
