import type { SubscriberSave, SubscriberStore } from '../../src/application/ports/subscriber-store.ts';

/**
 * Where a test breaks the fake. If `before` throws a Fault, the call changes nothing. If `afterSave` throws one, the save was
 * applied but its answer is lost, and the store reads again (`before('load')`), as the real one does.
 */
export type StoreFaults = {
  readonly before?: (operation: keyof SubscriberStore) => void;
  readonly afterSave?: (save: SubscriberSave) => void;
};
