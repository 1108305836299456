import type { Walk } from '../ports/reconciliation-walks.ts';
import type { CoreServices } from '../services/core-services.ts';
import { compareSlice, type Slice } from './compare-slice.ts';
import type { Found } from './verify.ts';
import { afterSlice, afterUnavailable, beginWalk, isDone, nextSlice } from './walk.ts';

export type WindowResult = {
  /** Where it ended: at the window's end, or where the provider did not answer. */
  readonly walk: Walk;
  readonly found: readonly Found[];
  /** Why it ended early; null where the whole window is compared. */
  readonly unavailable: string | null;
};

/** Compares any window at once, for a person, and announces what differs as the jobs do. */
export async function reconcileWindow(
  services: CoreServices,
  window: Slice,
  onProgress: (walk: Walk) => void,
): Promise<WindowResult> {
  const found: Found[] = [];
  let walk = beginWalk('by-hand', window, services.clock.now(), null);
  while (!isDone(walk)) {
    const slice = nextSlice(walk);
    const compared = await compareSlice(services, slice);
    if (compared.kind === 'unavailable') {
      const narrower = afterUnavailable(walk, compared);
      if (narrower.sliceMs === walk.sliceMs) return { walk, found, unavailable: compared.reason };
      walk = narrower;
      continue;
    }
    found.push(...compared.found);
    walk = afterSlice(walk, slice, compared, services.clock.now());
    onProgress(walk);
  }
  return { walk, found, unavailable: null };
}
