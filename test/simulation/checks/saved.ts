import type { SubscriberSave } from '../../../src/application/ports/subscriber-store.ts';
import type { Subscriber } from '../../../src/domain/model/subscriber.ts';
import type { Entry } from '../provider/provider-ledger.ts';
import type { World } from '../world/world.ts';
import type { Witness } from './witness.ts';

/** One save as the checks see it from outside: the document before and after it, and what the provider really did. */
export type Saved = {
  readonly world: World;
  readonly witness: Witness;
  readonly entries: ReadonlyMap<string, Entry>;
  readonly userId: string;
  readonly before: Subscriber | null;
  readonly after: Subscriber;
  readonly save: SubscriberSave;
};
