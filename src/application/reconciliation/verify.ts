import { isKnown } from '../../domain/decision/known-as.ts';
import type { Difference } from '../../domain/model/difference.ts';
import type { Instant } from '../../domain/model/instant.ts';
import { findDifference } from '../../domain/reconciliation/find-difference.ts';
import type { CoreServices } from '../services/core-services.ts';
import { findPast } from '../services/find-past.ts';
import type { Candidate } from './candidates.ts';
import { eachApart, type NotCompared } from './not-compared.ts';

/** A difference that the document shows as well. */
export type Found = {
  readonly difference: Difference;
  /** Null where the object names no user, or one without a document: it leads to no decision. */
  readonly userId: string | null;
  /** Published before: nothing is announced again. */
  readonly isKnown: boolean;
};

export const published = (difference: Difference) => ({
  type: 'reconciliation.difference_found' as const,
  ...difference,
});

/**
 * The difference between the provider's object and the document; null where they agree. While the outbox is not empty the read
 * models may lag, so whether they differ is not known.
 */
async function verifyCandidate(
  services: CoreServices,
  { object, owner, difference }: Candidate,
  now: Instant,
): Promise<Found | 'unpublished' | null> {
  if (owner === null) return { difference, userId: null, isKnown: false };
  const stored = await services.store.load(owner.userId);
  if (stored === null) return { difference, userId: null, isKnown: false };
  const { subscriber, outbox } = stored;
  if (outbox.length > 0) return 'unpublished';
  const verified = findDifference(subscriber, await findPast(services, owner, object), object, now);
  if (verified === null) return null;
  return { difference: verified, userId: owner.userId, isKnown: isKnown(subscriber, published(verified)) };
}

type Verified = {
  readonly found: readonly Found[];
  readonly unpublished: readonly Candidate[];
  readonly notCompared: readonly NotCompared[];
};

/** Verifies them one after the other. `unpublished` are those of which it is not known yet whether they differ. */
export async function verifyAll(services: CoreServices, candidates: readonly Candidate[]): Promise<Verified> {
  const found: Found[] = [];
  const unpublished: Candidate[] = [];
  const { notCompared } = await eachApart(
    candidates,
    ({ object: { object, id }, owner }) => ({ subject: { object, id }, userId: owner?.userId ?? null }),
    async (candidate) => {
      const verified = await verifyCandidate(services, candidate, services.clock.now());
      if (verified === 'unpublished') unpublished.push(candidate);
      else if (verified !== null) found.push(verified);
    },
  );
  return { found, unpublished, notCompared };
}
