import { secondMs } from '../../domain/model/instant.ts';
import type { Walk } from '../ports/reconciliation-walks.ts';
import type { CoreServices } from '../services/core-services.ts';
import { compareSlice, type Slice } from './compare-slice.ts';
import type { Found } from './verify.ts';
import { afterSlice, afterUnavailable, beginWalk, isDone, nextSlice } from './walk.ts';

export type WindowResult = {
  /** Where it ended: at the window's end, or where it could not go on. */
  readonly walk: Walk;
  readonly found: readonly Found[];
  /** Why it ended early; null where the whole window is compared. */
  readonly unavailable: string | null;
};

/** What one slice announces is saved and published while the next is read: within seconds, unless Kafka is unavailable. */
const unpublishedTries = 30;
const betweenTriesMs = secondMs;

const isSame =
  ({ difference: { kind, subject } }: Found) =>
  ({ difference: other }: Found): boolean =>
    other.kind === kind && other.subject.id === subject.id;

/** Compares any window at once, for a person, and announces what differs as the jobs do. */
export async function reconcileWindow(
  services: CoreServices,
  window: Slice,
  onProgress: (walk: Walk) => void,
): Promise<WindowResult> {
  const found: Found[] = [];
  let tries = 0;
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
    found.push(...compared.found.filter((one) => !found.some(isSame(one))));
    if (compared.unverified > 0) {
      tries += 1;
      if (tries > unpublishedTries)
        return { walk, found, unavailable: 'the facts of some subscribers are unpublished' };
      await services.clock.wait(betweenTriesMs);
      continue;
    }
    tries = 0;
    walk = afterSlice(walk, slice, compared, services.clock.now());
    onProgress(walk);
  }
  return { walk, found, unavailable: null };
}
