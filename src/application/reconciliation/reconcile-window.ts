import { secondMs } from '../../domain/model/instant.ts';
import type { Walk } from '../ports/reconciliation-walks.ts';
import type { CoreServices } from '../services/core-services.ts';
import type { Candidate } from './candidates.ts';
import { announce, compareSlice, type Slice, tooManyPages } from './compare-slice.ts';
import { alertToNotCompared, type NotCompared } from './not-compared.ts';
import { type Found, verifyAll } from './verify.ts';
import { afterSlice, beginWalk, isDone, narrowed, nextSlice, withFound } from './walk.ts';

export type WindowResult = {
  /** Where it ended: at the window's end, or where the provider did not answer. */
  readonly walk: Walk;
  readonly found: readonly Found[];
  /** Why it ended early; null where the whole window is compared. */
  readonly unavailable: string | null;
  /** Subscribers whose facts stayed unpublished: what the provider has of them may differ as well. */
  readonly unverified: readonly string[];
  /** How many successes of ours the lists lack and could not be read by their ids. */
  readonly unread: number;
  /** Objects whose comparison fails by itself. */
  readonly notCompared: readonly NotCompared[];
};

/** What a slice announces is decided and published within seconds. What is not by then is a matter of its own alert. */
const triesMax = 30;
const betweenTriesMs = secondMs;

/** Verifies what was unpublished before, again and again for half a minute. Returns what was found, and what is still unpublished. */
async function verifyLater(services: CoreServices, candidates: readonly Candidate[]) {
  const found: Found[] = [];
  const failed: NotCompared[] = [];
  let left = candidates;
  for (let tries = 0; left.length > 0 && tries < triesMax; tries += 1) {
    await services.clock.wait(betweenTriesMs);
    const verified = await verifyAll(services, left);
    found.push(...verified.found);
    failed.push(...verified.notCompared);
    left = verified.unpublished;
  }
  failed.push(...(await announce(services, found, services.randomId())));
  return { found, left, failed };
}

/** Compares any window at once, for a person, and announces what differs as the jobs do. */
export async function reconcileWindow(
  services: CoreServices,
  window: Slice,
  onProgress: (walk: Walk) => void,
): Promise<WindowResult> {
  const found: Found[] = [];
  const unpublished: Candidate[] = [];
  const failed: NotCompared[] = [];
  let unread = 0;
  let walk = beginWalk('by-hand', window, services.clock.now(), null);
  const ended = async (unavailable: string | null): Promise<WindowResult> => {
    const later = await verifyLater(services, unpublished);
    const unverified = [...new Set(later.left.flatMap(({ owner }) => owner?.userId ?? []))];
    const notCompared = [...failed, ...later.failed];
    alertToNotCompared(services.log, notCompared);
    const all = { walk: withFound(walk, later.found), found: [...found, ...later.found] };
    return { ...all, unavailable, unverified, unread, notCompared };
  };
  while (!isDone(walk)) {
    const slice = nextSlice(walk);
    const compared = await compareSlice(services, slice);
    if (compared.kind === 'unavailable') {
      const narrower = compared.reason === tooManyPages ? narrowed(walk) : null;
      if (narrower === null) return ended(compared.reason);
      walk = narrower;
      continue;
    }
    found.push(...compared.found);
    unpublished.push(...compared.unverified);
    unread += compared.unread;
    failed.push(...compared.notCompared);
    walk = afterSlice(walk, slice, compared, services.clock.now());
    onProgress(walk);
  }
  return ended(null);
}
