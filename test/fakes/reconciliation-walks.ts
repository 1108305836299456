import type { ReconciliationWalks, Walk } from '../../src/application/ports/reconciliation-walks.ts';

export function createMemoryWalks(): ReconciliationWalks {
  const walks = new Map<string, Walk>();
  return {
    load: (name) => Promise.resolve(structuredClone(walks.get(name) ?? null)),
    save: (walk) => {
      walks.set(walk.name, structuredClone(walk));
      return Promise.resolve();
    },
  };
}
