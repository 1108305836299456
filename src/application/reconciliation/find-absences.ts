import { isKnown } from '../../domain/decision/known-as.ts';
import type { Difference } from '../../domain/model/difference.ts';
import { secondMs } from '../../domain/model/instant.ts';
import { absentThere } from '../../domain/reconciliation/find-difference.ts';
import type { Succeeded } from '../ports/books.ts';
import type { CoreServices } from '../services/core-services.ts';
import { findBooked } from '../services/find-booked.ts';
import { type Found, published } from './verify.ts';

type Subject = Difference['subject'];

/** Reads by id for one list. What is left over is found when the window is read again: what was announced is known then. */
const readsMax = 100;

/** Payments go first: a read waits for a free call of the provider, ten times, as a call counts for a second. */
const slotTriesMax = 10;
const betweenTriesMs = secondMs;

async function slotOf({ provider, clock }: CoreServices) {
  for (let tries = 1; tries < slotTriesMax; tries += 1) {
    const slot = provider.acquireSlot();
    if (slot !== null) return slot;
    await clock.wait(betweenTriesMs);
  }
  return provider.acquireSlot();
}

/** Reads the object by its id: near the edge of a window the list of another window has it. */
async function readById(
  services: CoreServices,
  { object, id }: Subject,
  correlationId: string,
): Promise<'absent' | 'there' | 'unread'> {
  const slot = await slotOf(services);
  if (slot === null) return 'unread';
  try {
    const { kind } = await services.provider.read(object, id, correlationId);
    if (kind === 'absent') return 'absent';
    return kind === 'unavailable' ? 'unread' : 'there';
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

/** Once the provider does not answer, the reads that are left would each wait for it in vain. */
const unreadMax = 3;

/**
 * Successes of ours that the wholly read list lacks, and that no read by id finds. Absences that were announced are read last, so that
 * they keep no other from being read; one that is not read again stays what it was. `unread` are new ones that could not be read.
 */
export async function findAbsences(
  services: CoreServices,
  object: Subject['object'],
  missing: readonly Succeeded[],
  correlationId: string,
): Promise<{ readonly found: readonly Found[]; readonly unread: number }> {
  const [fresh, known]: [Found[], Found[]] = [[], []];
  for (const one of missing) {
    if (fresh.length === readsMax) break;
    const suspected = await suspect(services, object, one);
    if (suspected !== null) (suspected.isKnown ? known : fresh).push(suspected);
  }
  const found: Found[] = [];
  let [reads, unread, unreadNew] = [0, 0, 0];
  for (const one of [...fresh, ...known]) {
    const isRead = reads < readsMax && unread < unreadMax;
    const read = isRead ? await readById(services, one.difference.subject, correlationId) : 'unread';
    reads += 1;
    if (read === 'unread') unread += 1;
    if (read === 'unread' && !one.isKnown) unreadNew += 1;
    if (read === 'absent' || (read === 'unread' && one.isKnown)) found.push(one);
  }
  return { found, unread: unreadNew };
}
