import { Fault } from '../../../src/application/ports/faults.ts';
import { createMemorySubscriberStore } from '../../fakes/subscriber-store.ts';
import { dueSuite } from '../../contract/due-suite.ts';
import { type StoreHarness, subscriberStoreSuite } from '../../contract/subscriber-store-suite.ts';

const away = () => new Fault('store_unavailable', 'the test took the store down', { retryable: true });

function open(): Promise<StoreHarness> {
  let plan: 'none' | 'refuse' | 'lose_answer' | 'apply_and_stay_away' = 'none';
  const store = createMemorySubscriberStore({
    before: (operation) => {
      const failing = plan === 'refuse' ? 'save' : plan === 'apply_and_stay_away' ? 'load' : null;
      if (operation !== failing) return;
      plan = 'none';
      throw away();
    },
    afterSave: () => {
      if (plan === 'none') return;
      if (plan === 'lose_answer') plan = 'none';
      throw away();
    },
  });
  return Promise.resolve({ store, breakNextSave: (how) => void (plan = how) });
}

subscriberStoreSuite('subscribers in memory', open);
dueSuite('subscribers in memory', open);
