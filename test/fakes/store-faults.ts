import type { SubscriberSave, SubscriberStore } from '../../src/application/ports/subscriber-store.ts';

/**
 * Where a test breaks the fake. Throw a Fault from `before` and the call changes nothing; throw one from `afterSave` and
 * the save was applied but its answer was lost: the store then looks again (`before('load')`), as the real one does.
 */
export type StoreFaults = {
  readonly before?: (operation: keyof SubscriberStore) => void;
  readonly afterSave?: (save: SubscriberSave) => void;
};
