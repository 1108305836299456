import { isKnown } from '../../domain/decision/known-as.ts';
import type { Difference } from '../../domain/model/difference.ts';
import type { Instant } from '../../domain/model/instant.ts';
import { absentThere, findDifference } from '../../domain/reconciliation/find-difference.ts';
import type { Succeeded } from '../ports/books.ts';
import type { CoreServices } from '../services/core-services.ts';
import { findBooked } from '../services/find-booked.ts';
import { findPast } from '../services/find-past.ts';
import type { Candidate } from './candidates.ts';

/** A difference that the document shows as well. */
export type Found = {
  readonly difference: Difference;
  /** Null where the object names no user, or one without a document: it leads to no decision. */
  readonly userId: string | null;
  /** Published before: nothing is announced again. */
  readonly isKnown: boolean;
};

const published = (difference: Difference) => ({ type: 'reconciliation.difference_found' as const, ...difference });

/**
 * The difference between the provider's object and the document; null where they agree. Also null while the outbox is not
 * empty: the read models may lag then, and the window is read again.
 */
export async function verifyCandidate(
  services: CoreServices,
  { object, owner, difference }: Candidate,
  now: Instant,
): Promise<Found | null> {
  if (owner === null) return { difference, userId: null, isKnown: false };
  const stored = await services.store.load(owner.userId);
  if (stored === null) return { difference, userId: null, isKnown: false };
  const { subscriber, outbox } = stored;
  if (outbox.length > 0) return null;
  const verified = findDifference(subscriber, await findPast(services, owner, object), object, now);
  if (verified === null) return null;
  return { difference: verified, userId: owner.userId, isKnown: isKnown(subscriber, published(verified)) };
}

/** Reads the object by its id: near the edge of a window the list of another window has it. Unread counts as there. */
async function isAbsent({ provider }: CoreServices, { object, id }: Difference['subject'], correlationId: string) {
  const slot = provider.acquireSlot();
  if (slot === null) return false;
  try {
    return (await provider.read(object, id, correlationId)).kind === 'absent';
  } finally {
    slot.release();
  }
}

/** A success of ours that the wholly read list lacks; null where the provider has it, or it is on a test clock. */
export async function verifyAbsence(
  services: CoreServices,
  object: 'payment' | 'refund',
  { userId, providerId }: Succeeded,
  correlationId: string,
): Promise<Found | null> {
  const subject = { object, id: providerId };
  const subscriber = (await services.store.load(userId))?.subscriber;
  // The provider's list follows the test clock, and the window is in real time.
  if (subscriber?.testClockId !== null) return null;
  const booked = await findBooked(services, subject);
  if (booked === null || !(await isAbsent(services, subject, correlationId))) return null;
  const difference = absentThere(subject, booked.ours);
  return { difference, userId, isKnown: isKnown(subscriber, published(difference)) };
}
