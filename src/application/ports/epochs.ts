import type { Epoch } from '../../domain/model/epoch.ts';
import type { Instant } from '../../domain/model/instant.ts';

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
  /** Null while the provider's lists are read: until then no process of the service starts. */
  readonly completedAt: Instant | null;
};

/** The last declared restore. */
export type Epochs = {
  readonly load: () => Promise<DeclaredRestore | null>;
  readonly save: (declared: DeclaredRestore) => Promise<void>;
};
