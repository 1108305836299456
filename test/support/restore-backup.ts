import type { DeclaredRestore } from '../../src/application/ports/epochs.ts';
import { declareRestore } from '../../src/application/restore/declare-restore.ts';
import type { ReadModels } from '../../src/application/restore/bring-back.ts';
import { recall } from '../../src/application/restore/recall.ts';
import type { CoreServices } from '../../src/application/services/core-services.ts';
import type { StoreDocuments } from '../fakes/store-document.ts';
import type { MemorySubscriberStore } from '../fakes/subscriber-store.ts';

export type Backup = {
  readonly at: number;
  readonly documents: StoreDocuments;
  /** When the services had ended; absent where they ran until the restore. */
  readonly stoppedAt?: number | null;
};

/** `broken`: what fails of the services while the restore is carried out. */
export type Restoring = readonly [
  backup: Backup,
  userIds?: readonly string[] | undefined,
  broken?: Partial<CoreServices>,
];

/**
 * What `npm run restored` does after documents went back: all of them, or those of some users. The topics and the provider
 * stay as they are, and so do the read models until then.
 */
export function createRestorer(store: MemorySubscriberStore, readModels: () => ReadModels) {
  let declared: DeclaredRestore | null = null;
  const save = (next: DeclaredRestore): Promise<void> => {
    declared = next;
    return Promise.resolve();
  };
  const epochs = { load: () => Promise.resolve(declared), save };
  return {
    epoch: (): DeclaredRestore | null => declared,
    restore: async (services: CoreServices, ...[backup, userIds, broken = {}]: Restoring) => {
      const { at: restoredAt, documents, stoppedAt = null } = backup;
      await services.relay.idle();
      store.putBack(documents, userIds);
      const named = { restoredAt, stoppedAt };
      const next = declareRestore(declared, named, services.clock.now());
      if (typeof next === 'string') throw new Error(next);
      await save(next);
      const recalled = await recall({ ...services, ...broken }, { ...readModels(), epochs }, next, () => undefined);
      await services.relay.idle();
      await save({ ...(declared ?? next), completedAt: services.clock.now() });
      return recalled;
    },
  };
}
