import { isKnown } from '../../domain/decision/known-as.ts';
import type { Difference } from '../../domain/model/difference.ts';
import { absentThere } from '../../domain/reconciliation/find-difference.ts';
import type { Succeeded } from '../ports/books.ts';
import type { CoreServices } from '../services/core-services.ts';
import { findBooked } from '../services/find-booked.ts';
import { type Found, published } from './verify.ts';

type Subject = Difference['subject'];

/** Reads by id for one list. What is left over is found when the window is read again: what was announced is known then. */
const readsMax = 100;

/** Reads the object by its id: near the edge of a window the list of another window has it. Unread counts as there. */
async function isAbsent({ provider }: CoreServices, { object, id }: Subject, correlationId: string): Promise<boolean> {
  const slot = provider.acquireSlot();
  if (slot === null) return false;
  try {
    return (await provider.read(object, id, correlationId)).kind === 'absent';
  } finally {
    slot.release();
  }
}

/** What a success of ours would be that the provider does not have; null where it is on a test clock, or no success any more. */
async function suspect(
  services: CoreServices,
  object: Subject['object'],
  { userId, providerId }: Succeeded,
): Promise<Found | null> {
  const subject = { object, id: providerId };
  const subscriber = (await services.store.load(userId))?.subscriber;
  // The provider's list follows the test clock, and the window is in real time.
  if (subscriber?.testClockId !== null) return null;
  const booked = await findBooked(services, subject);
  if (booked === null) return null;
  const difference = absentThere(subject, booked.ours);
  return { difference, userId, isKnown: isKnown(subscriber, published(difference)) };
}

/**
 * Successes of ours that the wholly read list lacks, and that no read by id finds. Absences that were announced are read last, so that
 * they keep no other from being read; one that is not read again stays what it was.
 */
export async function findAbsences(
  services: CoreServices,
  object: Subject['object'],
  missing: readonly Succeeded[],
  correlationId: string,
): Promise<readonly Found[]> {
  const [fresh, known]: [Found[], Found[]] = [[], []];
  for (const one of missing) {
    if (fresh.length === readsMax) break;
    const suspected = await suspect(services, object, one);
    if (suspected !== null) (suspected.isKnown ? known : fresh).push(suspected);
  }
  const found: Found[] = [];
  for (const [index, one] of [...fresh, ...known].entries()) {
    if (index >= readsMax || (await isAbsent(services, one.difference.subject, correlationId))) found.push(one);
  }
  return found;
}
