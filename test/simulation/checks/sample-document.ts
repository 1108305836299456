import { dayMs, type Instant } from '../../../src/domain/model/instant.ts';
import type { StoreDocument } from '../../fakes/store-document.ts';
import type { Database } from '../world/database.ts';
import type { Random } from '../world/random.ts';
import type { World } from '../world/world.ts';

/** A document of the life, and an instant at which it was as it is here. */
export type Sampled = { readonly document: StoreDocument; readonly at: Instant };

/** A subscriber who waits longer than this asks nothing new of the rules. */
const idleMsMax = 40 * dayMs;

/** Draws one document of the whole life, each with the same chance. Its draws are its own, so no life changes with it. */
export function sampleDocument(world: World, database: Database, random: Random): () => Sampled | null {
  let seen = 0;
  let kept: { readonly document: StoreDocument; readonly from: Instant; until: Instant | null } | null = null;
  database.watch({
    onSave: (before, document) => {
      const now = world.scheduler.now();
      if (kept !== null && kept.document === before) kept.until = now;
      seen += 1;
      if (random.chance(1 / seen)) kept = { document, from: now, until: null };
    },
    onPull: () => undefined,
    onChange: () => undefined,
    // A process since the restore decides otherwise on a document of before.
    onRestore: () => {
      kept = null;
      seen = 0;
    },
  });
  return () => {
    if (kept === null) return null;
    const { document, from, until } = kept;
    const latest = Math.min(until ?? world.scheduler.now(), from + idleMsMax);
    return { document, at: from + Math.floor(random.next() ** 3 * (latest - from)) };
  };
}
