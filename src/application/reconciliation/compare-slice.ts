import { differenceActions } from '../../domain/model/difference.ts';
import type { Instant } from '../../domain/model/instant.ts';
import { sliceReadMsMax } from '../../domain/reconciliation/windows.ts';
import type { OutMessage } from '../ports/outbox.ts';
import type { CoreServices } from '../services/core-services.ts';
import { type Candidate, findCandidates } from './candidates.ts';
import { findAbsences } from './find-absences.ts';
import { eachApart, type NotCompared } from './not-compared.ts';
import { type Found, verifyAll } from './verify.ts';

/** A stretch of time whose lists are read wholly, `[from, to)`. */
export type Slice = { readonly from: Instant; readonly to: Instant };

type ReadList = {
  readonly kind: 'read';
  readonly pages: number;
  readonly objects: number;
  readonly unreadable: readonly string[];
  readonly unverified: readonly Candidate[];
  readonly unread: number;
  readonly notCompared: readonly NotCompared[];
  readonly found: readonly Found[];
};
export type Compared = {
  readonly kind: 'read';
  readonly pages: number;
  readonly payments: number;
  readonly refunds: number;
  readonly unreadable: readonly string[];
  /** Objects that may differ, of subscribers whose facts are not published yet. */
  readonly unverified: readonly Candidate[];
  /** Successes of ours that the lists lack, and that could not be read by their ids. */
  readonly unread: number;
  /** Objects whose comparison fails by itself. */
  readonly notCompared: readonly NotCompared[];
  readonly found: readonly Found[];
};
export type Unavailable = { readonly kind: 'unavailable'; readonly reason: string };

/** More are not read in the time for a slice. It also bounds a cursor that repeats itself. */
const pagesMax = 2_000;
/** Also where fewer pages take too long. */
export const tooManyPages = 'too_many_pages';
const publishDeadlineMs = 10_000;

type Task = {
  readonly slice: Slice;
  readonly object: 'payment' | 'refund';
  readonly correlationId: string;
  /** Of the monotonic clock. */
  readonly untilMs: number;
};

/** Reads one list page by page. What differs from the read models is a candidate, and counts once the document shows it. */
async function compareList(services: CoreServices, task: Task): Promise<ReadList | Unavailable> {
  const { slice, object, correlationId, untilMs } = task;
  const query = { object, ...slice };
  const seen = new Set<string>();
  const unreadable: string[] = [];
  const candidates: Candidate[] = [];
  const failed: NotCompared[] = [];
  let cursor: string | null = null;
  let pages = 0;
  do {
    const isLate = pages > 0 && services.clock.monotonicMs() > untilMs;
    if (isLate || pages === pagesMax) return { kind: 'unavailable', reason: tooManyPages };
    const page = await services.providerList.page(query, cursor, correlationId);
    if (page.kind === 'unavailable') return page;
    for (const { id } of page.objects) seen.add(id);
    unreadable.push(...page.unreadable);
    const differing = await findCandidates(services, page.objects, services.clock.now());
    candidates.push(...differing.candidates);
    failed.push(...differing.notCompared);
    cursor = page.nextCursor;
    pages += 1;
  } while (cursor !== null);
  const ours = await services.books.listSucceeded(query);
  const missing = ours.filter(({ providerId }) => !seen.has(providerId) && !unreadable.includes(providerId));
  const verified = await verifyAll(services, candidates);
  const absences = await findAbsences(services, object, missing, correlationId);
  const found = [...verified.found, ...absences.found];
  const counts = { pages, objects: seen.size, unread: absences.unread };
  const notCompared = [...failed, ...verified.notCompared, ...absences.notCompared];
  return { kind: 'read', ...counts, unreadable, unverified: verified.unpublished, notCompared, found };
}

/** What a decision about a user of ours must follow. Foreign objects are only listed. */
const isAnnounced = ({ difference, userId, isKnown }: Found): boolean =>
  userId !== null && !isKnown && differenceActions[difference.kind] !== 'list';

/**
 * Announces the differences as hints: the object is read again, and decided by the rules of every other news of it. Returns those
 * of which no hint can be made.
 */
export async function announce(
  services: CoreServices,
  found: readonly Found[],
  correlationId: string,
): Promise<readonly NotCompared[]> {
  const { results: messages, notCompared } = await eachApart(
    found.filter(isAnnounced),
    ({ difference: { subject }, userId }) => ({ subject, userId }),
    ({ difference: { subject } }): OutMessage => {
      const hint = { provider: services.providerList.paySystem, objectType: subject.object, objectId: subject.id };
      const trace = { correlationId, causationId: null };
      const about = { at: services.clock.now(), trace };
      return services.messageFactory.hint({ ...hint, origin: 'reconciliation' }, about);
    },
  );
  if (messages.length > 0) await services.publisher.publish(messages, publishDeadlineMs);
  return notCompared;
}

/** Compares the provider's payments and refunds of a slice with our books, and announces what differs. */
export async function compareSlice(services: CoreServices, slice: Slice): Promise<Compared | Unavailable> {
  const correlationId = services.randomId();
  const task = { slice, correlationId, untilMs: services.clock.monotonicMs() + sliceReadMsMax };
  const payments = await compareList(services, { ...task, object: 'payment' });
  if (payments.kind === 'unavailable') return payments;
  const refunds = await compareList(services, { ...task, object: 'refund' });
  if (refunds.kind === 'unavailable') return refunds;
  const found = [...payments.found, ...refunds.found];
  const unannounced = await announce(services, found, correlationId);
  return {
    kind: 'read',
    pages: payments.pages + refunds.pages,
    payments: payments.objects,
    refunds: refunds.objects,
    unreadable: [...payments.unreadable, ...refunds.unreadable],
    unverified: [...payments.unverified, ...refunds.unverified],
    unread: payments.unread + refunds.unread,
    notCompared: [...payments.notCompared, ...refunds.notCompared, ...unannounced],
    found,
  };
}
