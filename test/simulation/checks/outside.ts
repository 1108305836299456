import type { Command } from '../../../src/domain/commands/index.ts';
import type { BindingEntry } from '../provider/provider-bindings.ts';
import type { Entry } from '../provider/provider-ledger.ts';
import type { Database } from '../world/database.ts';
import type { SimulatedLog } from '../world/message-log.ts';
import type { World } from '../world/world.ts';
import type { Witness } from './witness.ts';

/** Everything that is visible from outside at the end of a run. */
export type Outside = {
  readonly world: World;
  readonly witness: Witness;
  readonly database: Database;
  readonly log: SimulatedLog;
  readonly entries: ReadonlyMap<string, Entry>;
  readonly bindings: ReadonlyMap<string, BindingEntry>;
  readonly acknowledged: readonly Command[];
  /** What the API said was not accepted: Kafka has none of it. */
  readonly refused: readonly Command[];
  /** Messages, by their place in the log, for which the queue of their blocked key had no room. Staff must replay them. */
  readonly overflowed: ReadonlySet<string>;
  /** Messages that no consumer has committed yet. */
  readonly lag: number;
};
