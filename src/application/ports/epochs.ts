import type { Epoch } from '../../domain/model/epoch.ts';
import type { Instant } from '../../domain/model/instant.ts';

/** What the provider has of a subscriber, and a restored document could not be taught. */
export type Unrecalled = {
  readonly userId: string;
  /** Null, as the id, where the read models could not be taken back to the document. */
  readonly object: 'payment' | 'refund' | null;
  readonly id: string | null;
};

/** A restore that a person has declared, and how far it has come. */
export type DeclaredRestore = Epoch & {
  /** The provider's refunds of before this instant are recalled. */
  readonly refundsRecalledTo: Instant;
  /** Its payments of before this instant are recalled: after the refunds of all the time. */
  readonly recalledTo: Instant;
  /** Where the numbers of the restores before this one begin, the first of them first. Absent: there was none. */
  readonly earlier?: readonly number[];
  /** The read models are no newer than the documents. Absent while that is not sure. */
  readonly isReadModelBack?: boolean;
  /** What a run could not recall, so that the last one names it. Absent: nothing. */
  readonly unrecalled?: readonly Unrecalled[];
  /** Null while the provider's lists are read: until then no process of the service starts. */
  readonly completedAt: Instant | null;
};

/** The last declared restore. */
export type Epochs = {
  readonly load: () => Promise<DeclaredRestore | null>;
  readonly save: (declared: DeclaredRestore) => Promise<void>;
};
