import { isKnown } from '../../domain/decision/known-as.ts';
import type { Difference } from '../../domain/model/difference.ts';
import { type Instant, minuteMs } from '../../domain/model/instant.ts';
import { absentThere } from '../../domain/reconciliation/find-difference.ts';
import type { Succeeded } from '../ports/books.ts';
import type { CoreServices } from '../services/core-services.ts';
import { findBooked } from '../services/find-booked.ts';
import { eachApart, type NotCompared } from './not-compared.ts';
import { type Found, published } from './verify.ts';

type Subject = Difference['subject'];

/** Reads by id for one list. What is left over is found when the window is read again: what was announced is known then. */
const readsMax = 100;

/** Reads of one list go on for no longer: the run that makes them must end. */
const readMsMax = minuteMs;
/** Payments go first: a read waits for a free call of the provider. */
const betweenTriesMs = 100;

async function slotOf({ provider, clock }: CoreServices, untilMs: number) {
  for (;;) {
    const slot = provider.acquireSlot();
    if (slot !== null || clock.monotonicMs() > untilMs) return slot;
    await clock.wait(betweenTriesMs);
  }
}

/** Reads the object by its id: near the edge of a window the list of another window has it. */
async function readById(
  services: CoreServices,
  { object, id }: Subject,
  { correlationId, untilMs }: { readonly correlationId: string; readonly untilMs: number },
): Promise<'absent' | 'there' | 'unread'> {
  const slot = await slotOf(services, untilMs);
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

/** Once so many in a row get no answer, the ones that are left would each wait for it in vain. */
const unreadInRowMax = 3;

/** Each time they begin with another one: the first of them may never be readable. */
function rotated<Item>(items: readonly Item[], now: Instant): readonly Item[] {
  const first = Math.floor(now / minuteMs) % Math.max(1, items.length);
  return [...items.slice(first), ...items.slice(0, first)];
}

const nameOf = ({ difference: { subject }, userId }: Found) => ({ subject, userId });

/** What the provider says of each; what it does not answer for, or is not asked about, is missing. */
async function readEach(services: CoreServices, suspects: readonly Found[], correlationId: string) {
  const { clock } = services;
  const untilMs = clock.monotonicMs() + readMsMax;
  const read = new Map<Found, 'absent' | 'there'>();
  let inRow = 0;
  const { notCompared } = await eachApart(suspects.slice(0, readsMax), nameOf, async (one) => {
    if (inRow === unreadInRowMax || clock.monotonicMs() > untilMs) return;
    const answer = await readById(services, one.difference.subject, { correlationId, untilMs });
    inRow = answer === 'unread' ? inRow + 1 : 0;
    if (answer !== 'unread') read.set(one, answer);
  });
  return { read, notCompared };
}

type Absences = {
  readonly found: readonly Found[];
  readonly unread: number;
  readonly notCompared: readonly NotCompared[];
};

/**
 * Successes of ours that the wholly read list lacks, and that no read by id finds. Absences that were announced are read last, so that
 * they keep no other from being read; one that is not read again stays what it was. `unread` are new ones that could not be read.
 */
export async function findAbsences(
  services: CoreServices,
  object: Subject['object'],
  missing: readonly Succeeded[],
  correlationId: string,
): Promise<Absences> {
  const [fresh, known]: [Found[], Found[]] = [[], []];
  const named = ({ userId, providerId }: Succeeded) => ({ subject: { object, id: providerId }, userId });
  const suspected = await eachApart(missing, named, async (one) => {
    if (fresh.length === readsMax) return;
    const suspicion = await suspect(services, object, one);
    if (suspicion !== null) (suspicion.isKnown ? known : fresh).push(suspicion);
  });
  const now = services.clock.now();
  const suspects = [...rotated(fresh, now), ...rotated(known, now)];
  const { read, notCompared } = await readEach(services, suspects, correlationId);
  const isUnread = (one: Found): boolean => !read.has(one);
  return {
    found: suspects.filter((one) => read.get(one) === 'absent' || (isUnread(one) && one.isKnown)),
    unread: suspects.filter((one) => isUnread(one) && !one.isKnown).length,
    notCompared: [...suspected.notCompared, ...notCompared],
  };
}
