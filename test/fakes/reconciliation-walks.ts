import type { ReconciliationWalks, Walk } from '../../src/application/ports/reconciliation-walks.ts';
import { type BackUp, backUpMaps } from './back-up.ts';

export function createMemoryWalks(): ReconciliationWalks & { readonly backUp: BackUp } {
  const walks = new Map<string, Walk>();
  return {
    backUp: () => backUpMaps([walks]),
    load: (name) => Promise.resolve(structuredClone(walks.get(name) ?? null)),
    save: (walk) => {
      walks.set(walk.name, structuredClone(walk));
      return Promise.resolve();
    },
  };
}
